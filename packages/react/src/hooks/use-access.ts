import type { CreateTokenRequest, CreateUserRequest, RoleSwitchesReply, UpdateUserRequest } from '@drover/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { queueSystemKeys as keys } from '../keys.js';
import { useDrover } from '../provider.js';
import { usePace } from './use-pace.js';

/** Additions of Drover: accounts, API tokens and roles. Errors of changes are the form's to show. */
export function useAccessUsers() {
  const { client } = useDrover();
  const pace = usePace({ covered: false });
  return useQuery({ queryKey: keys.accessUsers(), queryFn: ({ signal }) => client.getUsers({}, { signal }), ...pace });
}

export function useCreateUser() {
  const { client } = useDrover();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: CreateUserRequest) => client.createUser({ body }),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.accessUsers() }),
  });
}

export function useUpdateUser() {
  const { client } = useDrover();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ userId, body }: { userId: string; body: UpdateUserRequest }) =>
      client.updateUser({ params: { userId }, body }),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.accessUsers() }),
  });
}

export function useAccessTokens() {
  const { client } = useDrover();
  const pace = usePace({ covered: false });
  return useQuery({
    queryKey: keys.accessTokens(),
    queryFn: ({ signal }) => client.getTokens({}, { signal }),
    ...pace,
  });
}

export function useCreateToken() {
  const { client } = useDrover();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: CreateTokenRequest) => client.createToken({ body }),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.accessTokens() }),
  });
}

export function useRevokeToken() {
  const { client } = useDrover();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (tokenId: string) => client.revokeToken({ params: { tokenId } }),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.accessTokens() }),
  });
}

export function useRoleSwitches() {
  const { client } = useDrover();
  const pace = usePace({ covered: false });
  return useQuery({
    queryKey: keys.roleSwitches(),
    queryFn: ({ signal }) => client.getRoleSwitches({}, { signal }),
    ...pace,
  });
}

export function useUpdateRoleSwitches() {
  const { client, notify } = useDrover();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: Partial<RoleSwitchesReply>) => client.updateRoleSwitches({ body }),
    onSuccess: ({ operator, viewer }) => cache.setQueryData(keys.roleSwitches(), { operator, viewer }),
    onError: (error: Error) => notify.error(`Failed to switch the role: ${error.message}`),
  });
}
