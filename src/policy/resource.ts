/** PURE: what a request is about, as it stands in facts and error details: never a value, an argument or a secret. */
import type { AccessRequest, CapabilityName } from './access.ts';

/** Longest resource in a fact, in UTF-16 units: a guest may choose it. */
const MAX_RESOURCE = 200;

/** The resource of a request with what is done to it: `read cache`, `https://api.example.com:443`. */
export function resourceOf(request: AccessRequest): { readonly capability: CapabilityName; readonly resource: string } {
  return { capability: request.capability, resource: textOf(request).slice(0, MAX_RESOURCE) };
}

function textOf(request: AccessRequest): string {
  switch (request.capability) {
    case 'network': {
      const host = request.host.includes(':') ? `[${request.host}]` : request.host;
      return `${request.scheme}://${host}:${request.port}`;
    }
    case 'storage':
      return `${request.access} ${request.path}`;
    case 'environment':
      return request.key;
    case 'keyvalue':
      return `${request.access} ${request.bucket}`;
    case 'blobstore':
      return `${request.access} ${request.container}`;
    case 'messaging':
      return `${request.access} ${request.topic}`;
    case 'components':
      return `${request.name}#${request.function}`;
    case 'logging':
      return request.level;
  }
}
