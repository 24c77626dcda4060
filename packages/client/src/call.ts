import type { RouteBody, RouteName, RouteParams, RouteQuery, RouteReply, Routes } from '@drover/contract';
import type { CallOptions } from './transport.js';

/** Part of a call's input: left out where the route takes none, optional where it may be left out. */
type Part<Key extends string, Value> = [Value] extends [undefined]
  ? { readonly [K in Key]?: undefined }
  : undefined extends Value
    ? { readonly [K in Key]?: Value }
    : { readonly [K in Key]: Value };

/** What a route takes, by its type in the table of routes. */
export type CallInput<N extends RouteName> = Part<'params', RouteParams<N>> &
  Part<'body', RouteBody<N>> & { readonly query?: RouteQuery<N> | undefined };

export type CallArguments<N extends RouteName> =
  Record<never, never> extends CallInput<N>
    ? [input?: CallInput<N>, options?: CallOptions]
    : [input: CallInput<N>, options?: CallOptions];

/** A stream is the caller's to read: an event stream, an export of a million lines. */
export type CallReply<N extends RouteName> = Routes[N] extends { readonly stream: true } ? Response : RouteReply<N>;

/** `CallInput` as the inside of `call` sees it, where the route is not known. */
export interface LooseInput<N extends RouteName> {
  readonly params?: RouteParams<N>;
  readonly query?: RouteQuery<N>;
  readonly body?: RouteBody<N>;
}
