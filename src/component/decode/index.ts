/** Decodes a component: bytes in, its world and what is embedded in it out. Nothing is executed, nothing copied. */
import { MAX_COMPONENT_BYTES } from '../../core/limits.ts';
import type { Result } from '../../core/result.ts';
import { attachDocs, PACKAGE_DOCS_SECTION, parsePackageDocs } from '../docs.ts';
import type { World } from '../model.ts';
import { type CustomSection, createContext, type ModuleSpan } from './context.ts';
import { Evaluator } from './evaluate.ts';
import { type DecodeFailure, guarded } from './failure.ts';
import { parseComponent } from './parse-component.ts';
import { type Producers, producersOfModule, readProducers } from './producers.ts';
import { Malformed, Reader } from './reader.ts';
import { buildWorld } from './world.ts';

export type { CustomSection, ModuleSpan } from './context.ts';
export type { DecodeFailure } from './failure.ts';
export { type InterfaceName, parseInterfaceName } from './names.ts';
export type { Producers } from './producers.ts';

export interface DecodedComponent {
  readonly world: World;
  /** Embedded core modules in order: byte ranges into the component, and the depth of the component they are in. */
  readonly coreModules: readonly ModuleSpan[];
  readonly producers?: Producers;
  /** Custom sections of the component and of nested components; the range is the content after the name. */
  readonly customSections: readonly CustomSection[];
  /** Why the `package-docs` section, though present, was ignored. */
  readonly docsFailure?: string;
}

/**
 * Decodes a component of the binary format that WASI 0.2 toolchains write (component-model, Binary.md).
 * Never throws: bytes that are no such component, or describe more than the limits allow, are a `DecodeFailure`.
 */
export function decodeComponent(bytes: Uint8Array): Result<DecodedComponent, DecodeFailure> {
  return guarded(() => {
    if (bytes.length > MAX_COMPONENT_BYTES) {
      throw new Malformed(`the file has ${bytes.length} bytes, and a component may have ${MAX_COMPONENT_BYTES}`);
    }
    const context = createContext('world');
    const { syntax } = parseComponent(new Reader(bytes), context);
    const evaluator = new Evaluator(context.budget);
    const world = buildWorld(evaluator.evaluate({ definitions: syntax.definitions, parent: undefined }));
    const producers = findProducers(bytes, context.customs, context.modules);
    return {
      ...withDocs(world, bytes, context.customs),
      coreModules: context.modules,
      customSections: context.customs,
      ...(producers === undefined ? {} : { producers }),
    };
  });
}

function findProducers(
  bytes: Uint8Array,
  customs: readonly CustomSection[],
  modules: readonly ModuleSpan[],
): Producers | undefined {
  const own = customs
    .filter(({ name }) => name === 'producers')
    .map(({ offset, length }) => [offset, offset + length] as const);
  const inner = modules.flatMap(({ offset, length }) => producersOfModule(bytes, offset, length));
  return readProducers(bytes, [...own, ...inner]);
}

function withDocs(
  world: World,
  bytes: Uint8Array,
  customs: readonly CustomSection[],
): Pick<DecodedComponent, 'world' | 'docsFailure'> {
  const sections = customs.filter(({ name }) => name === PACKAGE_DOCS_SECTION);
  // A composition keeps its parts' sections: one alone is taken for the whole, several would contradict each other.
  const section = sections.find(({ depth }) => depth === 0) ?? (sections.length === 1 ? sections[0] : undefined);
  if (section === undefined) return { world };
  const docs = parsePackageDocs(bytes.subarray(section.offset, section.offset + section.length));
  return docs.ok ? { world: attachDocs(world, docs.value) } : { world, docsFailure: docs.error };
}
