/** What a component asks to do, and what the policy says to it: the question and the answer of `decide`. */
import type {
  BlobAccess,
  KeyValueAccess,
  KeyValueStore,
  LogLevel,
  MessagingAccess,
  StorageAccess,
} from './document.ts';

/** One use of a capability, with the resource it is about in its normal form. */
export type AccessRequest =
  | {
      readonly capability: 'network';
      readonly scheme: 'http' | 'https';
      /** As a URL parser gives it: lower case, punycode; an IPv6 address without brackets. */
      readonly host: string;
      readonly port: number;
    }
  /** `path` starts with `/` and has no empty, `.` or `..` segment; symbolic links are resolved. */
  | { readonly capability: 'storage'; readonly path: string; readonly access: StorageAccess }
  | { readonly capability: 'environment'; readonly key: string }
  | { readonly capability: 'keyvalue'; readonly bucket: string; readonly access: KeyValueAccess }
  | { readonly capability: 'blobstore'; readonly container: string; readonly access: BlobAccess }
  | { readonly capability: 'messaging'; readonly topic: string; readonly access: MessagingAccess }
  /** `function` as WIT spells it, with its interface: `demo:shop/prices#quote`. */
  | { readonly capability: 'components'; readonly name: string; readonly function: string }
  | { readonly capability: 'logging'; readonly level: Exclude<LogLevel, 'off'> };

/** The capabilities that a policy has rules for. */
export type CapabilityName = AccessRequest['capability'];

/** `rule` names what decided: `permissions.keyvalue.allow[0]`, a permission string that was granted, or that nothing allows it. */
export interface Decision {
  readonly allowed: boolean;
  readonly rule: string;
  /** Where the bucket of a `keyvalue` request is kept, where it is allowed; absent: `durable`. See `bucketStore`. */
  readonly store?: KeyValueStore;
}

/** Says what holds for a request. Pure: the same request gets the same answer. */
export type Decide = (request: AccessRequest) => Decision;
