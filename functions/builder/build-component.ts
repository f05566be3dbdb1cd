/** The build stages from jco on, in order. Each one's failure names it; nothing of a component runs here. */
import type { ArtifactContent } from '../../src/build/artifact.ts';
import type { BuilderOptions } from '../../src/build/builder-protocol.ts';
import { BUILDER_VERSION, type Manifest } from '../../src/build/manifest.ts';
import { meterChecked } from '../../src/build/meter/rewrite.ts';
import type { WorldItem } from '../../src/component/model.ts';
import { err, ok } from '../../src/core/result.ts';
import type { Box } from './box.ts';
import { type CoreModule, prepareModule } from './core-module.ts';
import { exportPaths } from './export-paths.ts';
import { GlueRefusal } from './glue/ast.ts';
import { checkGlue } from './glue-check.ts';
import { liftGlue } from './glue-lift.ts';
import { prepare } from './prepare.ts';
import { fail, guard, type Stage } from './stage.ts';
import { inlineModuleName, type Transpiled, transpile } from './transpile.ts';

/** Largest glue, in characters: a StarlingMonkey component has 0.8 million. */
const MAX_GLUE_CHARACTERS = 8 * 1024 * 1024;

/**
 * Builds one component. What is large is held once: the source goes when it is renamed, the renamed bytes when they are
 * transpiled, each raw module when it is metered. An isolate has 128 MB, and jco's own memory takes up to 45 of them.
 */
export async function buildComponent(source: Box, options: BuilderOptions): Promise<Stage<ArtifactContent>> {
  const prepared = prepare(source.take());
  if (!prepared.ok) return prepared;
  const { component, sourceBytes, world, functions, imports, texts, suspension } = prepared.value;
  const transpiled = await transpile(component.take(), suspension);
  if (!transpiled.ok) return fail('transpile', transpiled.error);
  const glue = glueStage(transpiled.value, functions, suspension !== undefined);
  if (!glue.ok) return glue;
  const metered = meterStage(transpiled.value, options.initialFuel);
  if (!metered.ok) return metered;
  const modules = [...metered.value.modules, ...glue.value.inlined];
  const manifest: Manifest = {
    builderVersion: BUILDER_VERSION,
    digest: options.digest,
    sourceBytes,
    functions,
    imports,
    exports: world.exports.map(nameOfItem),
    features: metered.value.features,
    suspends: suspension !== undefined,
    modules: modules.map(({ entry }) => entry),
    exportPaths: glue.value.paths,
  };
  return ok({
    manifest,
    texts,
    glue: glue.value.source,
    modules: new Map(modules.map(({ entry, bytes }) => [entry.name, bytes])),
  });
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

function glueStage({ glue }: Transpiled, functions: Manifest['functions'], suspends: boolean) {
  if (glue.length > MAX_GLUE_CHARACTERS) return fail('glue-check', `its glue has ${glue.length} characters`);
  return guard('glue-check', () => {
    const lifted = liftGlue(glue, inlineModuleName);
    const program = checkGlue(lifted.source);
    for (const [name, bytes] of lifted.modules) {
      if (!WebAssembly.validate(bytes)) throw new GlueRefusal(`the inlined module ${name} is not valid`, 0);
    }
    const inlined = Array.from(lifted.modules, ([name, bytes]) => prepareModule(name, bytes));
    return { source: lifted.source, inlined, paths: exportPaths(program, functions, suspends) };
  });
}

/** Takes the modules out of `transpiled` one by one, so that raw and metered bytes are not all held at once. */
function meterStage({ modules }: Transpiled, initialFuel: number) {
  const metered: CoreModule[] = [];
  const features = new Set<string>();
  for (const [index, name] of [...modules.keys()].entries()) {
    // A cast: jco copies its results out of its memory, into buffers that are not shared.
    const bytes = modules.get(name) as Uint8Array<ArrayBuffer>;
    modules.delete(name);
    const result = guard('meter', () => {
      const { bytes: prepared, entry } = prepareModule(name, bytes);
      const { bytes: output, features: used } = meterChecked(prepared, initialFuel);
      // A cast: the meter's buffer is never shared.
      return { used, module: { bytes: output as Uint8Array<ArrayBuffer>, entry: { ...entry, bytes: output.length } } };
    });
    if (!result.ok) return err({ ...result.error, reason: `core module ${index}: ${result.error.reason}` });
    metered.push(result.value.module);
    for (const feature of result.value.used) features.add(feature);
  }
  return ok({ modules: metered, features: [...features].sort() });
}
