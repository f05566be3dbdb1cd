/** The build stages before jco: from the source to a component whose core-level names are ordinals. Pure. */
import type { BuildFailure, BuildTexts, ComponentImport, ImportEntry } from '../../src/build/manifest.ts';
import { describeLargeBody, findLargeBody } from '../../src/build/meter/body-sizes.ts';
import { type DecodedComponent, decodeComponent } from '../../src/component/decode/index.ts';
import { misfitEntrance } from '../../src/component/entrances.ts';
import { exportedFunctions } from '../../src/component/functions.ts';
import type { CallableFunction, World } from '../../src/component/model.ts';
import { neutralize } from '../../src/component/rename.ts';
import { err, ok } from '../../src/core/result.ts';
import { Box } from './box.ts';
import { link, unsupportedExport } from './link.ts';
import { fail, guard, type Stage } from './stage.ts';
import { suspensionOf } from './suspension.ts';
import { buildTexts } from './texts.ts';
import type { Suspension } from './transpile.ts';

export interface Prepared {
  /** For jco: renamed, without custom sections. */
  readonly component: Box;
  readonly sourceBytes: number;
  readonly world: World;
  readonly functions: readonly CallableFunction[];
  readonly imports: readonly ImportEntry[];
  readonly componentImports: readonly ComponentImport[];
  readonly texts: BuildTexts;
  readonly suspension: Suspension | undefined;
}

/** Runs the stages decode, validate, world, link and rename. Does not keep `source`. */
export function prepare(source: Uint8Array<ArrayBuffer>): Stage<Prepared> {
  const decoded = decodeComponent(source);
  if (!decoded.ok) return err(decoded.error);
  const invalid = validateCores(source, decoded.value);
  if (invalid !== undefined) return err(invalid);
  const { world } = decoded.value;
  const functions = exportedFunctions(world);
  const texts = guard('world', () => buildTexts(world, functions));
  if (!texts.ok) return texts;
  const links = linkStage(world);
  if (!links.ok) return links;
  const renamed = neutralize(source);
  if (!renamed.ok) return fail('rename', renamed.error.reason, renamed.error.offset);
  return ok({
    // A cast: the rewriter writes into a buffer of its own.
    component: new Box(renamed.value as Uint8Array<ArrayBuffer>),
    sourceBytes: source.length,
    world,
    functions,
    imports: links.value.imports,
    componentImports: links.value.componentImports,
    texts: texts.value,
    suspension: suspensionOf(world),
  });
}

/**
 * V8's own validation of every core module; that of the component around them is part of the transpiler. The size of their
 * functions comes first: V8 says of one that is too large for it only that the module is not valid.
 */
function validateCores(source: Uint8Array<ArrayBuffer>, { coreModules }: DecodedComponent): BuildFailure | undefined {
  for (const [index, { offset, length }] of coreModules.entries()) {
    const module = source.subarray(offset, offset + length);
    const large = findLargeBody(module);
    if (large !== undefined) {
      const reason = `core module ${index}: ${describeLargeBody(large)}`;
      return { stage: 'validate', reason, offset: offset + large.offset };
    }
    if (!WebAssembly.validate(module)) {
      return { stage: 'validate', reason: `core module ${index} is not valid WebAssembly`, offset };
    }
  }
  return undefined;
}

function linkStage(world: World): Stage<ReturnType<typeof link>> {
  const links = link(world);
  if (links.unsupported.length > 0) {
    const names = links.unsupported.map(({ name }) => name).join(', ');
    return err({ stage: 'link', reason: `it imports what is not provided: ${names}`, unsupported: links.unsupported });
  }
  const reason = unsupportedExport(world) ?? misfitEntrance(world);
  return reason === undefined ? ok(links) : fail('link', reason);
}
