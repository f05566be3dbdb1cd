/** Restored slots against fresh ones on programs that each change state in one way. */
import { describe, expect, test } from 'vitest';
import { coreModule } from '../../support/build-fixtures.ts';
import { seededRandom } from '../../support/component-fixtures.ts';
import { PROGRAMS } from '../../support/snapshot/programs.ts';
import { compareRestored, compileProgram } from '../../support/snapshot/slots.ts';

const ROUNDS = 60;

describe.each(['full', 'dirty'] as const)('in mode %s', (mode) => {
  test.each(Object.entries(PROGRAMS))(
    'a restored slot is as a fresh one after: %s',
    async (_, { modules, host, expected }) => {
      const program = compileProgram(await Promise.all(modules.map(coreModule)), mode, host);
      const { problems, restored, thrownAway } = compareRestored(program, seededRandom(7), ROUNDS);
      expect(problems).toEqual([]);
      expect({ restored: restored > 0, thrownAway: thrownAway > 0 }).toEqual({
        restored: expected !== 'thrown away',
        thrownAway: expected !== 'restored',
      });
    },
  );
});
