/**
 * Rewrites a component without changing what it does: core-level names become ordinals, custom sections go. Core names
 * only wire core definitions together, so one map from each distinct name to one ordinal keeps every link; what matters
 * is that no text of the component's author reaches the glue that jco pastes these names into.
 */
import { MAX_COMPONENT_BYTES } from '../core/limits.ts';
import type { Result } from '../core/result.ts';
import { type Context, createContext, type SectionSpan } from './decode/context.ts';
import { type DecodeFailure, guarded } from './decode/failure.ts';
import { parseComponent } from './decode/parse-component.ts';
import { PREAMBLE_BYTES } from './decode/preamble.ts';
import { decodeUtf8, Malformed, type NameSpan, Reader } from './decode/reader.ts';

/** Which custom sections stay, by name. */
export type KeepSection = (name: string) => boolean;

const KEEP_ALL: KeepSection = () => true;
const KEEP_NONE: KeepSection = () => false;

/** Replaces every core-level name by `m0`, `m1`, …: equal names by equal ordinals, different ones by different ones. */
export function renameCoreNames(component: Uint8Array): Result<Uint8Array, DecodeFailure> {
  return rewrite(component, true, KEEP_ALL);
}

/** Drops custom sections at every level, core modules included, except those that `keep` names. */
export function stripCustomSections(
  component: Uint8Array,
  keep: KeepSection = KEEP_NONE,
): Result<Uint8Array, DecodeFailure> {
  return rewrite(component, false, keep);
}

/** Both in one pass with one buffer of the exact size: what a build feeds to jco. */
export function neutralize(component: Uint8Array, keep: KeepSection = KEEP_NONE): Result<Uint8Array, DecodeFailure> {
  return rewrite(component, true, keep);
}

function rewrite(component: Uint8Array, rename: boolean, keep: KeepSection): Result<Uint8Array, DecodeFailure> {
  return guarded(() => {
    if (component.length > MAX_COMPONENT_BYTES) {
      throw new Malformed(`the file has ${component.length} bytes, and a component may have ${MAX_COMPONENT_BYTES}`);
    }
    const context: Context = createContext('rewrite');
    const { sections } = parseComponent(new Reader(component), context);
    const edits = rename ? replacements(component, context.coreNames ?? []) : [];
    const plan = planSections(sections, edits, keep);
    const output = new Uint8Array(PREAMBLE_BYTES + plan.size);
    output.set(component.subarray(0, PREAMBLE_BYTES));
    new Writer(component, output, edits).sections(plan.sections);
    return output;
  });
}

/** A name of the input, length prefix included, and what takes its place. */
interface Edit extends NameSpan {
  readonly replacement: string;
}

function replacements(component: Uint8Array, names: readonly NameSpan[]): Edit[] {
  const ordinals = new Map<string, string>();
  return names.map((span) => {
    const text = decodeUtf8(component, span.text, span.end);
    const replacement = ordinals.get(text) ?? `m${ordinals.size}`;
    ordinals.set(text, replacement);
    return { ...span, replacement };
  });
}

/** A section that stays, with the size that its content will have and the edits (by index range) inside it. */
interface PlannedSection {
  readonly span: SectionSpan;
  readonly bodySize: number;
  readonly firstEdit: number;
  readonly endEdit: number;
  readonly children?: readonly PlannedSection[];
}

interface Plan {
  readonly sections: readonly PlannedSection[];
  /** Bytes of all of them, headers included. */
  readonly size: number;
}

/** Decides every size before the first byte is written. Edits are in order of offset, as sections are. */
function planSections(sections: readonly SectionSpan[], edits: readonly Edit[], keep: KeepSection): Plan {
  let cursor = 0;

  function plan(spans: readonly SectionSpan[]): Plan {
    const planned: PlannedSection[] = [];
    let size = 0;
    for (const span of spans) {
      if (span.custom !== undefined && !keep(span.custom)) continue;
      const section = planOne(span);
      planned.push(section);
      size += 1 + lebSize(section.bodySize) + section.bodySize;
    }
    return { sections: planned, size };
  }

  function planOne(span: SectionSpan): PlannedSection {
    const firstEdit = cursor;
    if (span.children !== undefined) {
      const inner = plan(span.children);
      return { span, bodySize: PREAMBLE_BYTES + inner.size, firstEdit, endEdit: cursor, children: inner.sections };
    }
    let bodySize = span.end - span.body;
    for (let edit = edits[cursor]; edit !== undefined && edit.start < span.end; edit = edits[cursor]) {
      // Ordinals are ASCII: as many bytes as characters.
      bodySize += lebSize(edit.replacement.length) + edit.replacement.length - (edit.end - edit.start);
      cursor += 1;
    }
    return { span, bodySize, firstEdit, endEdit: cursor };
  }

  return plan(sections);
}

class Writer {
  readonly #input: Uint8Array;
  readonly #output: Uint8Array;
  readonly #edits: readonly Edit[];
  #position = PREAMBLE_BYTES;

  constructor(input: Uint8Array, output: Uint8Array, edits: readonly Edit[]) {
    this.#input = input;
    this.#output = output;
    this.#edits = edits;
  }

  sections(planned: readonly PlannedSection[]): void {
    for (const section of planned) {
      const { span, children } = section;
      this.#copy(span.start, span.start + 1);
      this.#leb(section.bodySize);
      if (children === undefined) {
        this.#body(section);
      } else {
        this.#copy(span.body, span.body + PREAMBLE_BYTES);
        this.sections(children);
      }
    }
  }

  #body({ span, firstEdit, endEdit }: PlannedSection): void {
    let from = span.body;
    for (let index = firstEdit; index < endEdit; index += 1) {
      const edit = this.#edits[index];
      if (edit === undefined) break;
      this.#copy(from, edit.start);
      this.#leb(edit.replacement.length);
      for (let at = 0; at < edit.replacement.length; at += 1) this.#byte(edit.replacement.charCodeAt(at));
      from = edit.end;
    }
    this.#copy(from, span.end);
  }

  #copy(from: number, to: number): void {
    this.#output.set(this.#input.subarray(from, to), this.#position);
    this.#position += to - from;
  }

  #leb(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.#byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.#byte(rest);
  }

  #byte(value: number): void {
    this.#output[this.#position] = value;
    this.#position += 1;
  }
}

function lebSize(value: number): number {
  let size = 1;
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) size += 1;
  return size;
}
