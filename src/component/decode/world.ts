/** From an evaluated component to its world: which imports and exports are items of WIT, under which names. */
import { MAX_TYPE_NODES } from '../../core/limits.ts';
import type { Interface, TypeDeclaration, TypeName, World, WorldItem } from '../model.ts';
import { Converter } from './convert.ts';
import { type Evaluated, quoted } from './evaluate.ts';
import { type FunctionName, isLabel, parseFunctionName, parseInterfaceName } from './names.ts';
import { Names } from './naming.ts';
import { type Entity, funcSize, type TypeNode } from './nodes.ts';
import { Malformed } from './reader.ts';

type Direction = 'imports' | 'exports';
type Entities = ReadonlyMap<string, Entity>;

/** Builds the world; refuses what WIT cannot express. */
export function buildWorld({ imports, exports }: Evaluated): World {
  refuseWitPackage(exports);
  const builder = new WorldBuilder();
  // All types are named before the first one is converted: an export may show a type that an earlier one uses.
  builder.declare(imports, 'imports');
  builder.declare(exports, 'exports');
  return { imports: builder.items(imports), exports: builder.items(exports) };
}

function refuseWitPackage(exports: Entities): void {
  const onlyTypes = [...exports.values()].every(
    (entity) => entity.sort === 'type' && entity.type.shape.kind === 'component-type',
  );
  if (exports.size > 0 && onlyTypes) {
    throw new Malformed(
      'this is a WIT package in binary form, which describes interfaces and has no code: upload a component built against it',
    );
  }
}

class WorldBuilder {
  readonly #names = new Names();
  readonly #converter = new Converter(this.#names);
  readonly #uses = new Map<TypeNode, TypeName>();
  readonly #declared = new Map<string, TypeNode>();
  #size = 0;

  /** Checks names and sorts, names the types, and counts what all of it takes when written out. */
  declare(entities: Entities, direction: Direction): void {
    for (const [name, entity] of entities) {
      switch (entity.sort) {
        case 'func':
          functionName(name, direction);
          this.#count(funcSize(entity.func));
          break;
        case 'type':
          this.#declareType(name, undefined, entity.type, direction);
          break;
        case 'instance':
          checkInterfaceName(name, direction);
          this.#declareInstance(name, entity.instance.exports, direction);
          break;
        case 'component':
        case 'module':
          throw new Malformed(
            `the component ${direction} ${quoted(name)}, a whole ${entity.sort}, which is not supported`,
          );
      }
    }
  }

  items(entities: Entities): WorldItem[] {
    const items: WorldItem[] = [];
    for (const [name, entity] of entities) {
      if (entity.sort === 'func') {
        items.push({ kind: 'function', function: this.#converter.func(entity.func, plainName(name)) });
      } else if (entity.sort === 'type') {
        items.push({ kind: 'type', type: this.#declaration(name, undefined, entity.type) });
      } else if (entity.sort === 'instance') {
        items.push({ kind: 'interface', interface: this.#interface(name, entity.instance.exports) });
      }
    }
    return items;
  }

  #declareInstance(owner: string, exports: Entities, direction: Direction): void {
    for (const [name, entity] of exports) {
      if (entity.sort === 'type') this.#declareType(name, owner, entity.type, direction);
      else if (entity.sort === 'func') {
        functionName(name, direction);
        this.#count(funcSize(entity.func));
      } else {
        throw new Malformed(
          `the interface ${owner} has ${quoted(name)}, a whole ${entity.sort}, which WIT cannot express`,
        );
      }
    }
  }

  #declareType(name: string, owner: string | undefined, node: TypeNode, direction: Direction): void {
    if (!isLabel(name))
      throw new Malformed(`${direction} a type under ${quoted(name)}, which is not a name in kebab case`);
    const { kind } = node.shape;
    if (kind !== 'value' && kind !== 'resource') {
      throw new Malformed(
        `the component ${direction} ${quoted(name)}, the type of a ${kind.replace('-type', '')}, which WIT cannot express`,
      );
    }
    this.#count(node.size);
    const origin = this.#names.declare(node, owner === undefined ? { name } : { name, interface: owner });
    if (origin !== undefined) this.#uses.set(node, origin);
  }

  #interface(owner: string, exports: Entities): Interface {
    const types: TypeDeclaration[] = [];
    const functions = [];
    for (const [name, entity] of exports) {
      if (entity.sort === 'type') types.push(this.#declaration(name, owner, entity.type));
      else if (entity.sort === 'func') functions.push(this.#converter.func(entity.func, plainName(name)));
    }
    return { name: owner, types, functions };
  }

  #declaration(name: string, owner: string | undefined, node: TypeNode): TypeDeclaration {
    const alias = this.#uses.get(node);
    const type = this.#declaredType(node);
    if (alias !== undefined) return { name, type, alias };
    this.#refuseContradiction(owner, name, node);
    return { name, type };
  }

  #declaredType(node: TypeNode): TypeDeclaration['type'] {
    return node.shape.kind === 'resource' ? { kind: 'resource' } : this.#converter.value(node);
  }

  /** One interface may be imported and exported: what both show under one name has to be the same type. */
  #refuseContradiction(owner: string | undefined, name: string, node: TypeNode): void {
    const key = `${owner ?? ''}#${name}`;
    const earlier = this.#declared.get(key);
    if (earlier === undefined) {
      this.#declared.set(key, node);
      return;
    }
    if (earlier === node || text(this.#declaredType(earlier)) === text(this.#declaredType(node))) return;
    throw new Malformed(
      `${owner ?? 'the world'} declares ${quoted(name)} twice with different content, once imported and once exported: give one of the two a name or a version of its own`,
    );
  }

  #count(nodes: number): void {
    this.#size += nodes;
    if (this.#size > MAX_TYPE_NODES) {
      throw new Malformed(`the component's types written out have more than ${MAX_TYPE_NODES} parts`);
    }
  }
}

function text(type: TypeDeclaration['type']): string {
  return JSON.stringify(type);
}

function functionName(name: string, direction: Direction): FunctionName {
  const parsed = parseFunctionName(name);
  if (parsed !== undefined) return parsed;
  throw new Malformed(
    `the component ${direction} a function under ${quoted(name)}, which is not a name that WIT allows`,
  );
}

function plainName(name: string): FunctionName {
  return functionName(name, 'exports');
}

function checkInterfaceName(name: string, direction: Direction): void {
  if (isLabel(name)) return;
  if (parseInterfaceName(name) === undefined) {
    throw new Malformed(
      `the component ${direction} an instance under ${quoted(name)}, which is not the name of an interface`,
    );
  }
  if (/^wasi:[^@]*@0\.3(?:[.+-]|$)/.test(name)) {
    throw new Malformed(
      `the component ${direction} ${name}, which belongs to WASI 0.3 and is not supported: build it for WASI 0.2`,
    );
  }
}
