/** The build stages, in order. Each one's failure names it; nothing of a component runs here. */
import type { ArtifactContent } from '../../src/build/artifact.ts';
import type { BuilderOptions } from '../../src/build/builder-protocol.ts';
import { BUILDER_VERSION, type BuildFailure, type BuildStage, type Manifest } from '../../src/build/manifest.ts';
import { MeterError } from '../../src/build/meter/reader.ts';
import { meterChecked } from '../../src/build/meter/rewrite.ts';
import { type DecodedComponent, decodeComponent } from '../../src/component/decode/index.ts';
import { exportedFunctions } from '../../src/component/functions.ts';
import type { World, WorldItem } from '../../src/component/model.ts';
import { neutralize } from '../../src/component/rename.ts';
import { err, ok, type Result } from '../../src/core/result.ts';
import { exportPaths } from './export-paths.ts';
import { GlueRefusal } from './glue/ast.ts';
import { checkGlue } from './glue-check.ts';
import { liftGlue } from './glue-lift.ts';
import { link, unsupportedExport } from './link.ts';
import { suspensionOf } from './suspension.ts';
import { buildTexts } from './texts.ts';
import { inlineModuleName, type Transpiled, transpile } from './transpile.ts';

type Stage<T> = Result<T, BuildFailure>;

/** Largest glue, in characters: jco writes about 60 a byte of a component's types and adapters. */
const MAX_GLUE_CHARACTERS = 8 * 1024 * 1024;

/** Builds one component. `source` is not needed any more once it is decoded: the caller should hold no other reference. */
export async function buildComponent(
  source: Uint8Array<ArrayBuffer>,
  options: BuilderOptions,
): Promise<Stage<ArtifactContent>> {
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
  const suspension = suspensionOf(world);
  const transpiled = await transpile(renamed.value, suspension);
  if (!transpiled.ok) return fail('transpile', transpiled.error);
  const glue = glueStage(transpiled.value, functions, suspension !== undefined);
  if (!glue.ok) return glue;
  const metered = meterStage(transpiled.value, options.initialFuel);
  if (!metered.ok) return metered;
  const modules = new Map([...metered.value.modules, ...glue.value.inlined]);
  const manifest: Manifest = {
    builderVersion: BUILDER_VERSION,
    digest: options.digest,
    sourceBytes: source.length,
    functions,
    imports: links.value.imports,
    exports: world.exports.map(nameOfItem),
    features: metered.value.features,
    suspends: suspension !== undefined,
    modules: Array.from(modules, ([name, { length }]) => ({ name, bytes: length })),
    exportPaths: glue.value.paths,
  };
  return ok({ manifest, texts: texts.value, glue: glue.value.source, modules });
}

function nameOfItem(item: WorldItem): string {
  switch (item.kind) {
    case 'interface':
      return item.interface.name;
    case 'function':
      return item.function.name;
    case 'type':
      return item.type.name;
  }
}

function fail(
  stage: BuildStage,
  reason: string,
  offset?: number,
): { readonly ok: false; readonly error: BuildFailure } {
  return err(offset === undefined ? { stage, reason } : { stage, reason, offset });
}

/** Only for stages of our own that should never throw: a defect of theirs is reported as theirs. */
function guard<T>(stage: BuildStage, run: () => T): Stage<T> {
  try {
    return ok(run());
  } catch (error) {
    if (error instanceof GlueRefusal || error instanceof MeterError) return fail(stage, error.message, error.offset);
    return fail(stage, error instanceof Error ? error.message : String(error));
  }
}

/** V8's own validation of every core module; that of the component around them is part of the transpiler. */
function validateCores(source: Uint8Array<ArrayBuffer>, { coreModules }: DecodedComponent): BuildFailure | undefined {
  for (const [index, { offset, length }] of coreModules.entries()) {
    if (!WebAssembly.validate(source.subarray(offset, offset + length))) {
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
  const reason = unsupportedExport(world);
  return reason === undefined ? ok(links) : fail('link', reason);
}

function glueStage({ glue }: Transpiled, functions: Manifest['functions'], suspends: boolean) {
  if (glue.length > MAX_GLUE_CHARACTERS) return fail('glue-check', `its glue has ${glue.length} characters`);
  return guard('glue-check', () => {
    const lifted = liftGlue(glue, inlineModuleName);
    const program = checkGlue(lifted.source);
    for (const [name, bytes] of lifted.modules) {
      if (!WebAssembly.validate(bytes)) throw new GlueRefusal(`the inlined module ${name} is not valid`, 0);
    }
    return { source: lifted.source, inlined: lifted.modules, paths: exportPaths(program, functions, suspends) };
  });
}

/** Takes the modules out of `transpiled` one by one, so that raw and metered bytes are not all held at once. */
function meterStage({ modules }: Transpiled, initialFuel: number) {
  const metered = new Map<string, Uint8Array>();
  const features = new Set<string>();
  for (const [index, [name, bytes]] of [...modules].entries()) {
    const result = guard('meter', () => meterChecked(bytes as Uint8Array<ArrayBuffer>, initialFuel));
    if (!result.ok) return err({ ...result.error, reason: `core module ${index}: ${result.error.reason}` });
    metered.set(name, result.value.bytes);
    for (const feature of result.value.features) features.add(feature);
  }
  return ok({ modules: metered, features: [...features].sort() });
}
