/** The resource `directory-entry-stream`: the entries of a directory in the order of names, some of them at a time. */
import type { DirectoryEntry, FileReplies } from '../../../../src/core/files/requests.ts';
import { Resource } from '../resource.ts';
import { type Answer, type FileOutcome, okOf, whenAnswered } from './files.ts';
import { TYPES } from './values.ts';

type Page = FileReplies<number>['read-directory'];

/** Asks for the entries after a name. */
type NextPage = (after: string) => Answer<FileOutcome<'read-directory'>>;

export class DirectoryEntryStream extends Resource {
  readonly #next: NextPage;
  #page: Page;
  #at = 0;

  constructor(first: Page, next: NextPage) {
    super();
    this.#page = first;
    this.#next = next;
  }

  readDirectoryEntry(): Answer<{ readonly type: string; readonly name: string } | undefined> {
    const entry = this.#page.entries[this.#at];
    if (entry !== undefined) {
      this.#at += 1;
      return shown(entry);
    }
    if (this.#page.last === undefined) return undefined;
    return whenAnswered(this.#next(this.#page.last), (outcome) => {
      this.#page = okOf(outcome);
      this.#at = 0;
      return this.readDirectoryEntry();
    });
  }
}

function shown({ name, kind }: DirectoryEntry) {
  return { type: TYPES[kind], name };
}
