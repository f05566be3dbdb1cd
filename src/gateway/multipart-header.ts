/** Reads the headers of a form (RFC 2045, RFC 7578): its boundary, and what a part is called. */

export interface PartHeader {
  readonly name: string;
  /** It has a file name, or a type that is no text. */
  readonly file: boolean;
}

/** The grammar of RFC 2046 for a boundary. */
const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/;

/** The boundary that a content type names, quoted or not; undefined without a usable one. */
export function boundaryOf(contentType: string): string | undefined {
  const boundary = parameters(contentType)?.get('boundary');
  return boundary !== undefined && BOUNDARY.test(boundary) ? boundary : undefined;
}

/** The part that a header block describes, or what is wrong with it. */
export function readPartHeader(block: string): PartHeader | string {
  const headers = new Map<string, string>();
  for (const line of block.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
    else if (line !== '') return 'a part has a header without a colon';
  }
  const disposition = headers.get('content-disposition') ?? '';
  const named = parameters(disposition);
  const name = named?.get('name');
  if (!/^form-data *(;|$)/i.test(disposition) || name === undefined) {
    return 'a part has no header content-disposition: form-data; name="…"';
  }
  // RFC 7578 section 4.7 deprecates the encodings that would change the bytes.
  if (!/^(binary|8bit|7bit)?$/i.test(headers.get('content-transfer-encoding') ?? '')) {
    return 'a part has a content-transfer-encoding: send it as it is';
  }
  const type = headers.get('content-type') ?? 'text/plain';
  return { name, file: named?.has('filename') === true || !/^text\//i.test(type) };
}

/** The parameters behind a header's value; undefined when they cannot be read. The first of a name counts. */
function parameters(header: string): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>();
  const parameter = /\s*;\s*(?:([^\s=;"]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))\s*)?/y;
  parameter.lastIndex = header.search(/;|$/);
  while (parameter.lastIndex < header.length) {
    const match = parameter.exec(header);
    if (match === null) return undefined;
    const [, name, quoted, token = ''] = match;
    const key = name?.toLowerCase();
    if (key !== undefined && !found.has(key)) found.set(key, quoted?.replaceAll(/\\(.)/g, '$1') ?? token);
  }
  return found;
}
