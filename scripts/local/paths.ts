/** Where things of this checkout are, as absolute paths. */
import { fileURLToPath } from 'node:url';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url).href);

export const ROOT = at('.').replace(/\/$/, '');
export const DIST = at('dist');
export const WRANGLER_CONFIG = at('wrangler.toml');
export const EXAMPLES = at('functions/examples');
/** State of the local edge; git-ignored. */
export const LOCAL = at('.skerry');
export const LOCAL_STATE = at('.skerry/state');
export const LOCAL_TOKEN = at('.skerry/token');
export const LOCAL_SECRETS_KEY = at('.skerry/secrets-key');
export const LOCAL_LOG = at('.skerry/edge.log');
/** What clients of a local run read: `{url, token}`; git-ignored. */
export const CONNECTION_FILE = at('.skerry.json');
