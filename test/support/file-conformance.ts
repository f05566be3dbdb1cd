/** What every store of files has to make true: one suite for all of them. */
import { describe, expect, it } from 'vitest';
import { FileHarness, type MakeStore, prefixRules } from './file-harness.ts';

/** `within` runs the body of a test where its store can be made. */
export type Within = (body: (make: MakeStore) => void) => void | Promise<void>;

export function describeFiles(within: Within): void {
  const claim = (name: string, body: (fs: FileHarness, make: MakeStore) => void) =>
    it(name, () => within((make) => body(new FileHarness(make), make)));

  describe('content', () => {
    claim('comes back as it was written, over the borders of pieces', (fs) => {
      const at = fs.file('big');
      const bytes = Uint8Array.from({ length: 200_000 }, (_, index) => index % 251);
      fs.ask({ op: 'write', at, offset: 10, bytes });
      expect(fs.ask({ op: 'read', at, offset: 0, length: 300_000 })).toEqual({
        bytes: Uint8Array.from({ length: 200_010 }, (_, index) => (index < 10 ? 0 : (index - 10) % 251)),
        end: true,
      });
      expect(fs.ask({ op: 'read', at, offset: 65_536, length: 4 })).toEqual({
        bytes: bytes.slice(65_526, 65_530),
        end: false,
      });
    });

    claim('is zero where nothing was written, also after it was cut off there', (fs) => {
      const at = fs.file('file');
      fs.ask({ op: 'write', at, offset: 0, bytes: Uint8Array.of(1, 2, 3, 4) });
      fs.ask({ op: 'set-size', at, size: 2 });
      fs.ask({ op: 'set-size', at, size: 4 });
      fs.ask({ op: 'write', at, offset: 70_000, bytes: Uint8Array.of(9) });
      expect(fs.ask({ op: 'read', at, offset: 0, length: 5 })).toMatchObject({ bytes: Uint8Array.of(1, 2, 0, 0, 0) });
      expect(fs.ask({ op: 'read', at, offset: 69_999, length: 5 })).toMatchObject({ bytes: Uint8Array.of(0, 9) });
    });

    claim('goes to the end where no offset is given', (fs) => {
      const at = fs.file('log');
      const bytes = Uint8Array.of(65);
      expect(fs.ask({ op: 'write', at, bytes })).toEqual({ end: 1 });
      expect(fs.ask({ op: 'write', at, bytes })).toEqual({ end: 2 });
      expect(fs.get('log')).toBe('AA');
    });

    claim('is not read or written without the flag for it', (fs) => {
      fs.put('file', 'x');
      const [reader, writer] = [fs.file('file', {}), fs.file('file', { read: false, write: true })];
      expect(fs.ask({ op: 'write', at: reader, offset: 0, bytes: Uint8Array.of(1) })).toEqual({
        failed: 'bad-descriptor',
      });
      expect(fs.ask({ op: 'set-size', at: reader, size: 0 })).toEqual({ failed: 'not-permitted' });
      expect(fs.ask({ op: 'read', at: writer, offset: 0, length: 1 })).toEqual({ failed: 'bad-descriptor' });
    });
  });

  describe('the quota', () => {
    it('of bytes leaves a write undone as a whole, and is free again after a file is gone', () =>
      within((make) => {
        const fs = new FileHarness(make, { bytes: 100, nodes: 10 });
        const at = fs.file('file');
        fs.ask({ op: 'write', at, offset: 0, bytes: new Uint8Array(90).fill(1) });
        expect(fs.ask({ op: 'write', at, offset: 80, bytes: new Uint8Array(30) })).toEqual({
          failed: 'insufficient-space',
        });
        expect(fs.ask({ op: 'set-size', at, size: 101 })).toEqual({ failed: 'insufficient-space' });
        expect(fs.ask({ op: 'read', at, offset: 80, length: 30 })).toMatchObject({ bytes: new Uint8Array(10).fill(1) });
        fs.close(at);
        fs.ask({ op: 'unlink-file', at: fs.root, path: 'file' });
        expect(fs.store.usage()).toEqual({ bytes: 0, nodes: 1 });
      }));

    it('of nodes refuses one more', () =>
      within((make) => {
        const fs = new FileHarness(make, { bytes: 100, nodes: 3 });
        expect([fs.mkdir('a'), fs.mkdir('b'), fs.mkdir('c')]).toEqual([null, null, { failed: 'quota' }]);
        expect(fs.names()).toEqual(['a', 'b']);
      }));

    claim('bounds names, paths and depth', (fs) => {
      expect(fs.mkdir('n'.repeat(256))).toEqual({ failed: 'name-too-long' });
      expect(fs.mkdir('ü'.repeat(128))).toEqual({ failed: 'name-too-long' });
      expect(fs.mkdir('n/'.repeat(2_100))).toEqual({ failed: 'name-too-long' });
      let path = 'd';
      for (let depth = 1; depth < 64; depth += 1, path += '/d') expect(fs.mkdir(path)).toBe(null);
      expect(fs.mkdir(path)).toBe(null);
      expect(fs.mkdir(`${path}/d`)).toEqual({ failed: 'name-too-long' });
      fs.mkdir('e');
      expect(fs.ask({ op: 'rename', at: fs.root, path: 'd', to: fs.root, newPath: 'e/d' })).toEqual({
        failed: 'name-too-long',
      });
      expect(fs.names()).toEqual(['d', 'e']);
    });
  });

  describe('names', () => {
    claim('of a directory come in order and in pages', (fs) => {
      const wanted = Array.from({ length: 700 }, (_, index) => `f${String(index).padStart(3, '0')}`);
      for (const name of [...wanted].reverse()) fs.close(fs.file(name));
      const first = fs.ask({ op: 'read-directory', at: fs.root, after: '' });
      if ('failed' in first || first.last === undefined) throw new Error('there is no second page');
      const second = fs.ask({ op: 'read-directory', at: fs.root, after: first.last });
      if ('failed' in second) throw new Error(second.failed);
      expect([...first.entries, ...second.entries].map(({ name }) => name)).toEqual(wanted);
      expect(second.last).toBeUndefined();
    });

    claim('hold any characters but a slash and NUL, and mean nothing else', (fs) => {
      for (const name of ['%2e%2e', '..\\up', ' ', '…', 'a%2Fb', '...', '-', '*']) {
        fs.put(name, name);
        expect(fs.get(name)).toBe(name);
      }
      expect(fs.open('a\0b')).toEqual({ failed: 'invalid' });
      expect(fs.open('')).toEqual({ failed: 'no-entry' });
    });

    claim('of a file that is open may go: it lives until it is closed', (fs) => {
      fs.put('file', 'kept');
      const at = fs.file('file', { write: true });
      fs.ask({ op: 'unlink-file', at: fs.root, path: 'file' });
      expect(fs.ask({ op: 'read', at, offset: 0, length: 9 })).toMatchObject({ end: true });
      expect(fs.ask({ op: 'stat', at })).toMatchObject({ links: 0, size: 4 });
      fs.close(at);
      expect(fs.ask({ op: 'read', at, offset: 0, length: 9 })).toEqual({ failed: 'bad-descriptor' });
      expect(fs.store.usage()).toEqual({ bytes: 0, nodes: 1 });
    });

    claim('of one file may be many, and the content is one', (fs) => {
      fs.put('one', 'same');
      expect(fs.ask({ op: 'link', at: fs.root, path: 'one', to: fs.root, newPath: 'two' })).toBe(null);
      fs.ask({ op: 'unlink-file', at: fs.root, path: 'one' });
      expect(fs.get('two')).toBe('same');
      expect(fs.ask({ op: 'stat-at', at: fs.root, path: 'two', follow: false })).toMatchObject({ links: 1 });
    });

    claim('are moved in one step, over what was there', (fs) => {
      fs.put('new', 'new');
      fs.put('old', 'old');
      expect(fs.ask({ op: 'rename', at: fs.root, path: 'new', to: fs.root, newPath: 'old' })).toBe(null);
      expect([fs.names(), fs.get('old')]).toEqual([['old'], 'new']);
      expect(fs.store.usage()).toEqual({ bytes: 3, nodes: 2 });
    });

    claim('of a directory move with all that is in it, under descriptors that are open', (fs) => {
      fs.mkdir('a');
      fs.put('a/file', 'x');
      const a = fs.file('a', { directory: true });
      fs.mkdir('b');
      fs.ask({ op: 'rename', at: fs.root, path: 'a', to: fs.root, newPath: 'b/c' });
      expect(fs.get('b/c/file')).toBe('x');
      expect(fs.open('../..', {}, a)).toEqual({ failed: 'not-permitted' });
      expect(fs.names(a)).toEqual(['file']);
    });
  });

  describe('times', () => {
    claim('are kept to the nanosecond, and change with what changes', (fs) => {
      fs.now = 1_700_000_000_123_456_789n;
      fs.put('file', 'x');
      const at = fs.file('file', { write: true });
      expect(fs.ask({ op: 'stat', at })).toMatchObject({ modified: fs.now, accessed: fs.now });
      fs.ask({ op: 'set-times', at, accessed: 18_446_744_073_709_551_615_999_999_999n, modified: 'keep' });
      expect(fs.ask({ op: 'stat', at })).toMatchObject({
        accessed: 18_446_744_073_709_551_615_999_999_999n,
        modified: fs.now,
      });
      fs.now += 1n;
      fs.ask({ op: 'write', at, offset: 0, bytes: Uint8Array.of(1) });
      expect(fs.ask({ op: 'stat', at })).toMatchObject({ modified: fs.now, changed: fs.now });
    });
  });

  describe('a path', () => {
    claim('does not lead out of its directory, on whatever way', (fs) => {
      fs.mkdir('in');
      fs.mkdir('in/deep');
      fs.put('secret', 's');
      fs.ask({ op: 'symlink', at: fs.root, target: '../secret', path: 'in/link' });
      fs.ask({ op: 'symlink', at: fs.root, target: 'deep/../../secret', path: 'in/long' });
      fs.ask({ op: 'symlink', at: fs.root, target: 'link', path: 'in/chain' });
      const at = fs.file('in', { directory: true });
      for (const path of [
        '../secret',
        'deep/../../secret',
        '..',
        '/secret',
        '//',
        'link',
        'long',
        'chain',
        './/../secret',
      ]) {
        expect([path, fs.open(path, {}, at)]).toEqual([path, { failed: 'not-permitted' }]);
      }
      expect(fs.mkdir('../out', at)).toEqual({ failed: 'not-permitted' });
      expect(fs.ask({ op: 'symlink', at, target: '/secret', path: 'abs' })).toEqual({ failed: 'not-permitted' });
      expect(fs.ask({ op: 'rename', at, path: 'deep', to: at, newPath: '../deep' })).toEqual({
        failed: 'not-permitted',
      });
    });

    claim('through links in a circle, or too many of them, is a loop', (fs) => {
      fs.ask({ op: 'symlink', at: fs.root, target: 'b', path: 'a' });
      fs.ask({ op: 'symlink', at: fs.root, target: 'a', path: 'b' });
      fs.ask({ op: 'symlink', at: fs.root, target: 'x/x', path: 'x' });
      expect([fs.open('a'), fs.open('a/c'), fs.open('x')]).toEqual(Array(3).fill({ failed: 'loop' }));
    });
  });

  describe('rules', () => {
    const setUp = (fs: FileHarness) => {
      for (const path of ['work', 'work/secret', 'other']) fs.mkdir(path);
      fs.put('work/file', 'f');
      fs.put('work/secret/file', 's');
      fs.put('other/file', 'o');
      fs.ask({ op: 'symlink', at: fs.root, target: '../other/file', path: 'work/out' });
      fs.ask({ op: 'symlink', at: fs.root, target: 'secret/file', path: 'work/in' });
      fs.rules = prefixRules({ read: ['/work'], write: ['/work'] }, ['/work/secret']);
    };

    claim('hold for where a path leads, not for how it is written', (fs) => {
      setUp(fs);
      for (const path of [
        'other/file',
        'work/secret/file',
        'work/out',
        'work/in',
        'work/../other/file',
        'work/secret/x/y',
      ]) {
        expect([path, fs.open(path)]).toEqual([path, { failed: 'access' }]);
      }
      expect(fs.open('work/secret/none')).toEqual({ failed: 'access' });
      expect(fs.get('work/file')).toBe('f');
    });

    claim('name the path and what decided', (fs) => {
      setUp(fs);
      const request = { op: 'stat-at', at: fs.root, path: 'work/in', follow: true } as const;
      expect(fs.files.perform(request, { rules: fs.rules, now: 0n, step: () => undefined })).toEqual({
        ok: false,
        error: { code: 'access', refused: { path: '/work/secret/file', access: 'read', rule: 'deny' } },
      });
    });

    claim('are asked again each time that a descriptor is used', (fs) => {
      setUp(fs);
      const at = fs.file('work/file', { write: true });
      fs.rules = prefixRules({ read: ['/work'], write: [] });
      expect(fs.ask({ op: 'write', at, offset: 0, bytes: Uint8Array.of(1) })).toEqual({ failed: 'access' });
      fs.rules = prefixRules({ read: [], write: [] });
      expect(fs.ask({ op: 'read', at, offset: 0, length: 1 })).toEqual({ failed: 'access' });
      expect(fs.ask({ op: 'stat', at })).toEqual({ failed: 'access' });
    });

    claim('cannot be got around with another name', (fs) => {
      setUp(fs);
      const { root: at } = fs;
      const to = at;
      for (const op of ['link', 'rename'] as const) {
        expect(fs.ask({ op, at, path: 'work/secret/file', to, newPath: 'work/mine' })).toEqual({ failed: 'access' });
        expect(fs.ask({ op, at, path: 'other/file', to, newPath: 'work/mine' })).toEqual({ failed: 'access' });
        expect(fs.ask({ op, at, path: 'work/file', to, newPath: 'other/mine' })).toEqual({ failed: 'access' });
      }
      // Nor with another name of a directory above.
      expect(fs.ask({ op: 'rename', at, path: 'work', to, newPath: 'work2' })).toEqual({ failed: 'access' });
      fs.rules = prefixRules({ read: ['/'], write: ['/', '/work', '/free'] }, ['/work/secret']);
      expect(fs.ask({ op: 'rename', at, path: 'work', to, newPath: 'free' })).toEqual({ failed: 'access' });
      expect(fs.store.usage()).toMatchObject({ nodes: 9 });
    });

    claim('cannot be got around by moving what may be written to where it may be read', (fs) => {
      for (const path of ['drop', 'read']) fs.mkdir(path);
      fs.put('drop/file', 'x');
      fs.rules = prefixRules({ read: ['/read'], write: ['/drop', '/read'] });
      const { root: at } = fs;
      for (const op of ['link', 'rename'] as const) {
        expect(fs.ask({ op, at, path: 'drop/file', to: at, newPath: 'read/file' })).toEqual({ failed: 'access' });
        expect(fs.ask({ op, at, path: 'drop/file', to: at, newPath: 'drop/other' })).toBe(null);
        fs.ask({ op: 'rename', at, path: 'drop/other', to: at, newPath: 'drop/file' });
      }
    });

    claim('show no names in a directory but those that they are about', (fs) => {
      setUp(fs);
      expect(fs.names(fs.file('work', { directory: true }))).toEqual(['file', 'in', 'out']);
    });

    claim('are beside the point where a directory is open for reading only', (fs) => {
      fs.put('file', 'x');
      fs.root = { ...fs.root, mutate: false };
      expect(fs.mkdir('dir')).toEqual({ failed: 'read-only' });
      expect(fs.open('file', { write: true })).toEqual({ failed: 'read-only' });
      expect(fs.open('new', { create: true })).toEqual({ failed: 'read-only' });
      expect(fs.ask({ op: 'unlink-file', at: fs.root, path: 'file' })).toEqual({ failed: 'read-only' });
      expect(fs.get('file')).toBe('x');
    });
  });
}
