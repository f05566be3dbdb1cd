/**
 * Doc comments of a WIT text as the `package-docs` custom section, in the shape that wit-parser writes
 * (wasm-tools, crates/wit-parser/src/metadata.rs, version 1). The toolchains that make our examples drop the comments.
 * Reads the WIT of this repository's examples: interfaces and worlds without resources. Packages that the text brings along are
 * left out.
 */

type DocsByName = Record<string, string>;

interface TypeDocs {
  docs?: string;
  items?: DocsByName;
}

interface InterfaceDocs {
  docs?: string;
  funcs?: DocsByName;
  types?: Record<string, TypeDocs>;
}

interface WorldDocs {
  docs?: string;
  types?: Record<string, TypeDocs>;
  /** Imported functions. */
  funcs?: DocsByName;
  func_exports?: DocsByName;
}

export interface PackageDocs {
  docs?: string;
  worlds?: Record<string, WorldDocs>;
  interfaces?: Record<string, InterfaceDocs>;
}

const SECTION_NAME = 'package-docs';
const SECTION_VERSION = 1;
const CUSTOM_SECTION_ID = 0;
const TOKEN = /\/\/\/[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[%A-Za-z0-9_-]+|\S/g;

/** Collects every doc comment of a WIT text; throws for what it does not know. */
export function readPackageDocs(wit: string): PackageDocs {
  return new DocReader(wit).package();
}

/** A component with the comments of its WIT text in a custom section at its end. */
export function withPackageDocs(component: Uint8Array, wit: string): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(readPackageDocs(wit)));
  const name = new TextEncoder().encode(SECTION_NAME);
  const content = [...leb128(name.length), ...name, SECTION_VERSION, ...json];
  return Uint8Array.from([...component, CUSTOM_SECTION_ID, ...leb128(content.length), ...content]);
}

function leb128(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return bytes;
}

class DocReader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(wit: string) {
    this.#tokens = (wit.match(TOKEN) ?? []).filter(
      (token) => token.startsWith('///') || !(token.startsWith('//') || token.startsWith('/*')),
    );
  }

  package(): PackageDocs {
    const found: PackageDocs = {};
    while (this.#at < this.#tokens.length) {
      const docs = this.#docs();
      const keyword = this.#next();
      if (keyword === 'interface') {
        const name = this.#next();
        found.interfaces = { ...found.interfaces, [name]: { ...docs, ...this.#interface() } };
      } else if (keyword === 'world') {
        const name = this.#next();
        found.worlds = { ...found.worlds, [name]: { ...docs, ...this.#world() } };
      } else if (keyword === 'package') {
        if (this.#packageHead() === ';') Object.assign(found, docs);
        else this.#skipBlock();
      } else if (keyword === 'use') {
        this.#skipPast(';');
      } else {
        throw new Error(`WIT: cannot read documentation at "${keyword}".`);
      }
    }
    return found;
  }

  /** To behind the name of a package; what follows is the text's own (`;`), or a package that it brings along (`{`). */
  #packageHead(): string {
    for (;;) {
      const token = this.#next();
      if (token === ';' || token === '{') return token;
    }
  }

  /** To behind the brace that ends what has begun: other packages have their documentation where they come from. */
  #skipBlock(): void {
    for (let depth = 1; depth > 0; ) {
      const token = this.#next();
      if (token === '{') depth += 1;
      if (token === '}') depth -= 1;
    }
  }

  #interface(): InterfaceDocs {
    const found: InterfaceDocs = {};
    for (const { docs, keyword } of this.#items()) {
      if (!this.#type(found, docs, keyword)) {
        if (docs.docs !== undefined) found.funcs = { ...found.funcs, [plain(keyword)]: docs.docs };
        this.#skipPast(';');
      }
    }
    return found;
  }

  #world(): WorldDocs {
    const found: WorldDocs = {};
    for (const { docs, keyword } of this.#items()) {
      if (this.#type(found, docs, keyword)) continue;
      const name = plain(this.#next());
      const isFunction = this.#tokens[this.#at] === ':' && this.#tokens[this.#at + 1] === 'func';
      if (isFunction && docs.docs !== undefined) {
        const place = keyword === 'export' ? 'func_exports' : 'funcs';
        found[place] = { ...found[place], [name]: docs.docs };
      }
      this.#skipPast(';');
    }
    return found;
  }

  /** The items between braces, each with its docs and first word; the caller reads the rest of it. */
  *#items(): Generator<{ docs: { docs?: string }; keyword: string }> {
    this.#expect('{');
    while (this.#tokens[this.#at] !== '}') {
      const docs = this.#docs();
      yield { docs, keyword: this.#next() };
    }
    this.#expect('}');
  }

  /** Reads a type declaration; false when the item is something else. */
  #type(owner: { types?: Record<string, TypeDocs> }, docs: { docs?: string }, keyword: string): boolean {
    if (keyword === 'resource') throw new Error('WIT: documentation of resources is not read.');
    const hasMembers = ['record', 'variant', 'enum', 'flags'].includes(keyword);
    if (!hasMembers && keyword !== 'type' && keyword !== 'use') return false;
    const name = plain(this.#next());
    const items = hasMembers ? this.#members() : {};
    if (!hasMembers) this.#skipPast(';');
    const entry: TypeDocs = { ...docs, ...(Object.keys(items).length > 0 ? { items } : {}) };
    if (keyword !== 'use' && Object.keys(entry).length > 0) owner.types = { ...owner.types, [name]: entry };
    return true;
  }

  #members(): DocsByName {
    const found: DocsByName = {};
    for (const { docs, keyword } of this.#items()) {
      if (docs.docs !== undefined) found[plain(keyword)] = docs.docs;
      this.#skipMember();
    }
    return found;
  }

  /** To behind the comma that ends a member, or before the brace that ends them all. */
  #skipMember(): void {
    for (let depth = 0; ; ) {
      const token = this.#tokens[this.#at];
      if (token === '}') return;
      this.#at += 1;
      if (token === undefined) throw new Error('WIT: a declaration does not end.');
      if (token === '(' || token === '<') depth += 1;
      if (token === ')' || token === '>') depth -= 1;
      if (token === ',' && depth === 0) return;
    }
  }

  #docs(): { docs?: string } {
    const lines: string[] = [];
    while (this.#tokens[this.#at]?.startsWith('///')) lines.push(this.#next().slice(3).trim());
    return lines.length > 0 ? { docs: lines.join('\n').trim() } : {};
  }

  #next(): string {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new Error('WIT: the text ends too early.');
    this.#at += 1;
    return token;
  }

  #expect(token: string): void {
    const found = this.#next();
    if (found !== token) throw new Error(`WIT: expected "${token}", found "${found}".`);
  }

  #skipPast(token: string): void {
    while (this.#next() !== token);
  }
}

/** An identifier without the `%` that lets it be a keyword. */
function plain(name: string): string {
  return name.replace(/^%/, '');
}
