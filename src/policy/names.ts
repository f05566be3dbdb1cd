/** Names of buckets, containers, topics, components and environment keys: what is one, and what patterns match. */

/** A matcher of names that are well formed. */
export type NameMatch = (name: string) => boolean;

/** A bucket or a container. */
export function isStoreName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name);
}

/** A topic: names between dots, no wildcard. */
export function isTopic(name: string): boolean {
  return name.length <= 512 && /^[A-Za-z0-9_:/-]+(?:\.[A-Za-z0-9_:/-]+)*$/.test(name);
}

/** A component. */
export function isComponentName(name: string): boolean {
  return /^[a-z][a-z0-9-]{0,62}$/.test(name);
}

/** A key that an environment may have; those of the platform are never a component's. */
export function isEnvironmentKey(key: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]{0,255}$/.test(key) && !/^SKERRY_/i.test(key);
}

/** A name, a name that ends in `*`, or `*`. */
export function prefixMatcher(pattern: string): NameMatch {
  if (!pattern.endsWith('*')) return (name) => name === pattern;
  const prefix = pattern.slice(0, -1);
  return (name) => name.startsWith(prefix);
}

/** Segments between dots: `*` is any one segment, a lone `*` every topic. */
export function topicMatcher(pattern: string): NameMatch {
  if (pattern === '*') return () => true;
  const parts = pattern.split('.');
  return (topic) => {
    const segments = topic.split('.');
    return segments.length === parts.length && parts.every((part, at) => part === '*' || part === segments[at]);
  };
}
