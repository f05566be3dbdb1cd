/** How types are called inside one interface or world, and what has to be brought into it for that. */

import { parseInterfaceName } from '../decode/names.ts';
import type { TypeDeclaration, TypeName, ValueType } from '../model.ts';
import { identifier, interfacePath } from './lines.ts';

/** What types are called where they are used. */
export interface TypeNames {
  /** True when a type's name means something here: otherwise the type has to be written out. */
  canName(name: TypeName): boolean;
  nameOf(name: TypeName): string;
  /** A name for a record, variant, enum or flags type that has none: WIT writes those only as declarations. */
  anonymous(type: ValueType): string;
}

export interface AnonymousType {
  readonly name: string;
  readonly type: ValueType;
}

/** The names in one interface or world. */
export class TypeScope implements TypeNames {
  /** Declared here and written out here; the others are `use`s. */
  readonly declarations: readonly TypeDeclaration[];
  readonly #owner: string | undefined;
  readonly #local = new Map<string, string>();
  readonly #taken = new Set<string>();
  readonly #uses: string[] = [];
  readonly #anonymous = new Map<ValueType, string>();
  #pending: AnonymousType[] = [];
  /** Counts on across names, so that many equal ones do not each search from the start. */
  #suffix = 1;

  constructor(owner: string | undefined, types: readonly TypeDeclaration[]) {
    this.#owner = owner;
    const written = new Map<string, TypeDeclaration>();
    for (const declaration of types) {
      const { name, alias } = declaration;
      if (this.#taken.has(name)) continue;
      this.#taken.add(name);
      if (alias !== undefined && isUsable(alias) && alias.interface !== owner) this.#use(alias, name);
      else written.set(name, declaration);
      // A type that is used from elsewhere goes by its local name under both: references carry either.
      for (const known of [{ name, ...(owner === undefined ? {} : { interface: owner }) }, alias]) {
        if (known !== undefined && !this.#local.has(keyOf(known))) this.#local.set(keyOf(known), name);
      }
    }
    this.declarations = [...written.values()];
  }

  /** The local name of a named type; one that nothing declares here is brought in. */
  nameOf(name: TypeName): string {
    const key = keyOf(name);
    const known = this.#local.get(key);
    if (known !== undefined) return identifier(known);
    if (!isUsable(name) || name.interface === this.#owner) return identifier(name.name);
    const local = this.#free(name.name);
    this.#local.set(key, local);
    this.#use(name, local);
    return identifier(local);
  }

  /** A name is usable when it is declared here or can be brought in. */
  canName(name: TypeName): boolean {
    return this.#local.has(keyOf(name)) || (isUsable(name) && name.interface !== this.#owner);
  }

  anonymous(type: ValueType): string {
    const known = this.#anonymous.get(type);
    if (known !== undefined) return known;
    const name = this.#free(type.name?.name ?? `anonymous-${type.kind}`);
    this.#anonymous.set(type, name);
    this.#pending.push({ name, type });
    return name;
  }

  /** The anonymous types named since the last call. Writing them may name more. */
  takeAnonymous(): AnonymousType[] {
    const taken = this.#pending;
    this.#pending = [];
    return taken;
  }

  /** The `use` lines: complete once everything else is written. */
  useLines(): readonly string[] {
    return this.#uses;
  }

  #use(origin: TypeName, local: string): void {
    const as = origin.name === local ? '' : ` as ${identifier(local)}`;
    this.#uses.push(`use ${interfacePath(origin.interface ?? '', this.#owner)}.{${identifier(origin.name)}${as}};`);
  }

  #free(wanted: string): string {
    let name = wanted;
    while (this.#taken.has(name)) {
      this.#suffix += 1;
      name = `${wanted}-x${this.#suffix}`;
    }
    this.#taken.add(name);
    return name;
  }
}

/** `use` reaches only the interfaces of packages: not the world's own types, nor those of inline interfaces. */
function isUsable({ interface: owner }: TypeName): boolean {
  return owner !== undefined && parseInterfaceName(owner) !== undefined;
}

function keyOf({ name, interface: owner }: TypeName): string {
  return `${owner ?? ''}#${name}`;
}
