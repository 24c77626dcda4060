import { drover } from '../../../../../lib/drover.js';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

const handle = (request) => drover.fetch(request);

export { handle as DELETE, handle as GET, handle as PATCH, handle as POST, handle as PUT };
