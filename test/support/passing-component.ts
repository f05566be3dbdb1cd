/** A component that hands values on: from its caller to the host in core values, and back through memory. */
import { componentEmbed, componentNew, parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { layoutsOf } from '../../src/component/link/layout.ts';
import type { PlanType } from '../../src/component/link/plan.ts';
import type { ValueType } from '../../src/component/model.ts';
import { WitTypes } from './wit-of-type.ts';

/** Core text that every such component has: memory, and room that is never given back. */
export const ALLOCATOR = `(memory (export "memory") 4) (global $top (mut i32) (i32.const 4096))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local i32)
    (local.set 4 (i32.and (i32.add (global.get $top) (i32.const 15)) (i32.const -16)))
    (global.set $top (i32.add (local.get 4) (local.get 3)))
    (if (i32.gt_u (global.get $top) (i32.mul (memory.size) (i32.const 65536)))
      (then (drop (memory.grow (i32.add (i32.shr_u (local.get 3) (i32.const 16)) (i32.const 1))))))
    (local.get 4))`;

/**
 * Exports `put: func(x: T)`, which gives `x` to the import `t:t/host#take`, and `get: func() -> T`, which answers what
 * the import `give` does. Tools of the component model check that the core functions fit the types.
 */
export async function passingComponent(type: ValueType): Promise<Uint8Array> {
  const types = new WitTypes();
  const written = types.write(type);
  const uses = types.declarations.size === 0 ? '' : `use host.{${[...types.declarations.keys()].join(', ')}};`;
  const witSource = `package t:t;
    interface host { ${[...types.declarations.values()].join('\n')} take: func(x: ${written}); give: func() -> ${written}; }
    world w { ${uses} import host; export put: func(x: ${written}); export get: func() -> ${written}; }`;
  const flat = flatOf(type);
  const params = (flat ?? ['i32']).map((core) => `(param ${core})`).join(' ');
  const passed = (flat ?? ['i32']).map((_, index) => `(local.get ${index})`).join(' ');
  const isOne = flat?.length === 1;
  const core = `(module
    (import "t:t/host" "take" (func $take ${params}))
    (import "t:t/host" "give" (func $give ${isOne ? `(result ${flat[0]})` : '(param i32)'}))
    ${ALLOCATOR}
    (func (export "put") ${params} (call $take ${passed}))
    (func (export "get") (result ${isOne ? flat[0] : 'i32'})
      ${isOne ? '(call $give)' : '(call $give (i32.const 1024)) (i32.const 1024)'}))`;
  return componentNew(await componentEmbed({ binary: await parse(core), witSource, features: { tag: 'all' } }));
}

function flatOf(type: ValueType) {
  const types: PlanType[] = [];
  planned(type, types);
  return layoutsOf(types).at(-1)?.flat;
}

/** Adds a type of the model to the types of a plan; answers its index. */
function planned(type: ValueType, types: PlanType[]): number {
  const of = (part: ValueType) => planned(part, types);
  const optional = (part: ValueType | undefined) => (part === undefined ? null : of(part));
  const made = (): PlanType => {
    switch (type.kind) {
      case 'list':
      case 'option':
        return { kind: type.kind, element: of(type.element) };
      case 'fixed-list':
        return { kind: type.kind, element: of(type.element), length: type.length };
      case 'tuple':
        return { kind: type.kind, elements: type.elements.map(of) };
      case 'record':
        return { kind: type.kind, fields: type.fields.map((field) => [field.name, of(field.type)]) };
      case 'variant':
        return { kind: type.kind, cases: type.cases.map((each) => [each.name, optional(each.type)]) };
      case 'enum':
        return { kind: type.kind, labels: type.cases.map(({ name }) => name) };
      case 'flags':
        return { kind: type.kind, labels: type.labels.map(({ name }) => name) };
      case 'result':
        return { kind: type.kind, ok: optional(type.ok), err: optional(type.err) };
      case 'map':
        return { kind: type.kind, key: of(type.key), value: of(type.value) };
      case 'own':
      case 'borrow':
      case 'stream':
      case 'future':
      case 'error-context':
        throw new Error(`no values of the type ${type.kind}`);
      default:
        return { kind: type.kind };
    }
  };
  return types.push(made()) - 1;
}
