/** The build stages from jco on, in order. Each one's failure names it; nothing of a component runs here. */
import type { ArtifactContent } from '../../src/build/artifact.ts';
import type { BuilderOptions } from '../../src/build/builder-protocol.ts';
import { BUILDER_VERSION, type Linking, type Manifest } from '../../src/build/manifest.ts';
import { meterChecked } from '../../src/build/meter/rewrite.ts';
import { type Entrance, entrancesOf } from '../../src/component/entrances.ts';
import { type Planned, planComponent } from '../../src/component/link/index.ts';
import type { WorldItem } from '../../src/component/model.ts';
import { err, ok } from '../../src/core/result.ts';
import { providedName } from '../runtime/wasi/provided.ts';
import type { Box } from './box.ts';
import { type CoreModule, prepareModule } from './core-module.ts';
import { type ExportedFunction, exportPaths } from './export-paths.ts';
import { GlueRefusal } from './glue/ast.ts';
import { checkGlue } from './glue-check.ts';
import { liftGlue } from './glue-lift.ts';
import { prepare } from './prepare.ts';
import { snapshotModules } from './snapshot-modules.ts';
import { fail, guard, type Stage } from './stage.ts';
import { inlineModuleName, type Transpiled, transpile } from './transpile.ts';

/** Largest glue, in characters: a StarlingMonkey component has 0.8 million. */
const MAX_GLUE_CHARACTERS = 8 * 1024 * 1024;

/**
 * Builds one component. What is large is held once: the source goes when it is renamed, jco's modules where a plan is used,
 * each raw module of jco's when it is metered. An isolate has 128 MB, and jco's own memory takes up to 45 of them.
 */
export async function buildComponent(source: Box, options: BuilderOptions): Promise<Stage<ArtifactContent>> {
  const prepared = prepare(source.take());
  if (!prepared.ok) return prepared;
  const { component, sourceBytes, world, functions, imports, componentImports, texts, suspension } = prepared.value;
  const bytes = component.take();
  // jco validates the component, also where its glue is not used.
  const transpiled = await transpile(bytes, suspension);
  if (!transpiled.ok) return fail('transpile', transpiled.error);
  const exports = world.exports.map(nameOfItem);
  const entrances = entrancesOf(exports);
  const planned =
    options.glue === 'jco'
      ? err({ reason: 'the builder was told so' })
      : planComponent(bytes, [...callableIds(functions), ...entrances.map(({ id }) => id)], providedName);
  if (!planned.ok && componentImports.length > 0) {
    const reason = `it imports other components, which takes a link plan, and has none: ${planned.error.reason}`;
    return fail('link', reason);
  }
  const linked = planned.ok
    ? ok(planStage(bytes, planned.value))
    : glueStage(
        transpiled.value,
        planned.error.reason,
        [...callableMembers(functions), ...members(entrances)],
        suspension !== undefined,
      );
  transpiled.value.modules.clear();
  if (!linked.ok) return linked;
  const metered = meterStage(linked.value.modules, options.initialFuel);
  if (!metered.ok) return metered;
  const { modules, linking } = finish([...metered.value.modules, ...linked.value.inlined], linked.value.linking);
  const manifest: Manifest = {
    builderVersion: BUILDER_VERSION,
    digest: options.digest,
    sourceBytes,
    functions,
    imports,
    componentImports,
    exports,
    features: metered.value.features,
    suspends: suspension !== undefined,
    modules: modules.map(({ entry }) => entry),
    linking,
  };
  return ok({
    manifest,
    texts,
    glue: linked.value.glue,
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

/** An instance that the harness linked can be brought back to its first state: its modules get what that takes. */
function finish(metered: readonly CoreModule[], linking: Linked['linking']) {
  if (linking.glue === 'jco') return { modules: metered, linking };
  const { modules, restoring } = snapshotModules(
    metered,
    linking.plan.cores.map(({ module }) => module),
  );
  return { modules, linking: { ...linking, restoring } };
}

/** What the way of linking makes of the component. */
interface Linked {
  readonly linking: Extract<Linking, { glue: 'jco' }> | Omit<Extract<Linking, { glue: 'own' }>, 'restoring'>;
  readonly glue: string;
  /** Core modules as they are, by name; the next stage takes them out one by one. */
  readonly modules: Map<string, Uint8Array>;
  /** Modules that jco wrote, which are not metered. */
  readonly inlined: readonly CoreModule[];
}

/** The harness imports the glue of every artifact. */
const NO_GLUE = 'export {};\n';

function callableMembers(functions: Manifest['functions']): readonly ExportedFunction[] {
  return functions.filter(({ callable }) => callable);
}

function members(entrances: readonly Entrance[]): readonly ExportedFunction[] {
  return entrances.map(({ id, interface: owner }) => ({ id, name: id.slice(id.indexOf('#') + 1), interface: owner }));
}

function callableIds(functions: Manifest['functions']): string[] {
  return functions.filter(({ callable }) => callable).map(({ id }) => id);
}

function planStage(component: Uint8Array, { plan, modules }: Planned): Linked {
  const ranges = modules.map(
    ({ offset, length }, index) => [`core${index}.wasm`, component.subarray(offset, offset + length)] as const,
  );
  return { linking: { glue: 'own', plan }, glue: NO_GLUE, modules: new Map(ranges), inlined: [] };
}

function glueStage(
  { glue, modules }: Transpiled,
  reason: string,
  exported: readonly ExportedFunction[],
  suspends: boolean,
): Stage<Linked> {
  if (glue.length > MAX_GLUE_CHARACTERS) return fail('glue-check', `its glue has ${glue.length} characters`);
  return guard('glue-check', () => {
    const lifted = liftGlue(glue, inlineModuleName);
    const program = checkGlue(lifted.source);
    for (const [name, bytes] of lifted.modules) {
      if (!WebAssembly.validate(bytes)) throw new GlueRefusal(`the inlined module ${name} is not valid`, 0);
    }
    const inlined = Array.from(lifted.modules, ([name, bytes]) => prepareModule(name, bytes));
    const paths = exportPaths(program, exported, suspends);
    return {
      linking: { glue: 'jco', reason, exportPaths: paths },
      glue: lifted.source,
      modules: new Map(modules),
      inlined,
    };
  });
}

/** Takes the modules out of `modules` one by one, so that raw and metered bytes are not all held at once. */
function meterStage(modules: Map<string, Uint8Array>, initialFuel: number) {
  const metered: CoreModule[] = [];
  const features = new Set<string>();
  for (const [index, name] of [...modules.keys()].entries()) {
    // A cast: neither jco's results nor a component are in a buffer that is shared.
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
