/** Files in memory, and in SQLite as Node has it: the same to whoever uses them. */
import { describe } from 'vitest';
import { VolumeStore } from '../../../durable/volume/store.ts';
import { MemoryStore } from '../../../src/core/files/memory-store.ts';
import { describeFiles } from '../../support/file-conformance.ts';
import { sqliteDatabase } from '../../support/sqlite-database.ts';

describe('files in memory', () => {
  describeFiles((body) => body(() => new MemoryStore(0n, () => true)));
});

describe('files in SQLite', () => {
  describeFiles((body) => body(() => new VolumeStore(sqliteDatabase())));
});
