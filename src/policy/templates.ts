/**
 * Policy templates in a KV namespace. One key per template, kept until deleted: `template:{name}` → the text as it was
 * written, with metadata `{hash, updatedAt}` (of the policy when it was written; ISO 8601). KV is seen elsewhere after
 * 60 s or more.
 */

import * as z from 'zod';
import { DEFAULT_PAGE_ITEMS, MAX_PAGE_ITEMS } from '../core/limits.ts';
import { COMPONENT_NAME } from '../core/names.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { PolicyFailure } from './failures.ts';
import type { PolicyMaxima } from './maxima.ts';
import { compilePolicy, type StoredTemplate } from './resolution.ts';

const PREFIX = 'template:';

/** The part of a KV namespace that templates need. */
export type TemplateStore = Pick<KVNamespace, 'get' | 'getWithMetadata' | 'list' | 'put' | 'delete'>;

/** A line of the list. Hash and time are absent for a template that something else than Skerry wrote. */
export interface TemplateSummary {
  readonly name: string;
  readonly hash?: string;
  readonly updatedAt?: string;
}

/** A template that can be used. */
export interface Template extends StoredTemplate {
  readonly updatedAt?: string;
}

/** Why there is no template to use. `invalid` on reading: the stored text no longer parses under today's maxima. */
export type TemplateError =
  | { readonly kind: 'bad-name'; readonly name: string }
  | { readonly kind: 'not-found'; readonly name: string }
  | { readonly kind: 'invalid'; readonly name: string; readonly text: string; readonly failures: PolicyFailure[] };

const metadataSchema = z.object({ hash: z.string().optional(), updatedAt: z.string().optional() }).catch({});

/** Tells whether a template may have this name. */
export function isTemplateName(name: string): boolean {
  return COMPONENT_NAME.test(name);
}

/** One page of templates by name; `next` is the cursor of the page after it. Reads no template. */
export async function listTemplates(
  kv: TemplateStore,
  page: { readonly limit?: number | undefined; readonly cursor?: string | undefined } = {},
): Promise<{ items: TemplateSummary[]; next?: string }> {
  const limit = Math.min(Math.max(1, page.limit ?? DEFAULT_PAGE_ITEMS), MAX_PAGE_ITEMS);
  const cursor = page.cursor === undefined ? {} : { cursor: page.cursor };
  const found = await kv.list<unknown>({ prefix: PREFIX, limit, ...cursor });
  const items = found.keys.map(({ name, metadata }) => ({ name: name.slice(PREFIX.length), ...summaryOf(metadata) }));
  return found.list_complete ? { items } : { items, next: found.cursor };
}

/**
 * Reads a template and parses it again, because the maxima may have been lowered since. A caller that resolves a policy
 * must refuse on `invalid`: falling back would silently allow or deny what the operator meant otherwise.
 */
export async function readTemplate(
  kv: TemplateStore,
  name: string,
  maxima: PolicyMaxima,
): Promise<Result<Template, TemplateError>> {
  if (!isTemplateName(name)) return err({ kind: 'bad-name', name });
  const { value: text, metadata } = await kv.getWithMetadata<unknown>(PREFIX + name, 'text');
  if (text === null) return err({ kind: 'not-found', name });
  const stored = await compilePolicy(text, maxima);
  if (!stored.ok) return err({ kind: 'invalid', name, text, failures: stored.error });
  const { updatedAt } = summaryOf(metadata);
  return ok({ name, ...stored.value, ...(updatedAt === undefined ? {} : { updatedAt }) });
}

/** Checks and stores a template. Nothing is written unless it parses. `now` is the time to record. */
export async function writeTemplate(
  kv: TemplateStore,
  name: string,
  text: string,
  maxima: PolicyMaxima,
  now: Date = new Date(),
): Promise<Result<Template, TemplateError>> {
  if (!isTemplateName(name)) return err({ kind: 'bad-name', name });
  const stored = await compilePolicy(text, maxima);
  if (!stored.ok) return err({ kind: 'invalid', name, text, failures: stored.error });
  const updatedAt = now.toISOString();
  await kv.put(PREFIX + name, text, { metadata: { hash: stored.value.hash, updatedAt } });
  return ok({ name, ...stored.value, updatedAt });
}

/** Deletes a template. One that is not there (or was just written elsewhere) is `not-found`. */
export async function deleteTemplate(kv: TemplateStore, name: string): Promise<Result<void, TemplateError>> {
  if (!isTemplateName(name)) return err({ kind: 'bad-name', name });
  if ((await kv.get(PREFIX + name, 'text')) === null) return err({ kind: 'not-found', name });
  await kv.delete(PREFIX + name);
  return ok(undefined);
}

function summaryOf(metadata: unknown): { hash?: string; updatedAt?: string } {
  const { hash, updatedAt } = metadataSchema.parse(metadata);
  return { ...(hash === undefined ? {} : { hash }), ...(updatedAt === undefined ? {} : { updatedAt }) };
}
