/**
 * SQLite of a topic.
 *
 * | table | holds | lives |
 * | --- | --- | --- |
 * | `topic` | one row: the topic's name, and how many messages of how many bytes it keeps | for ever |
 * | `message` | what was published, in order, and which one of its row it is (`hops`); `routed` once its deliveries are there | until all its deliveries are done |
 * | `delivery` | one message on its way to one subscriber, see `transitions.ts`; `at` is when its state has to be looked at | until done |
 * | `subscriber` | who has deliveries; until when it is left alone since it took nothing, and how often in a row | while it has some |
 * | the alarm | when a delivery or a retention time is due, or an attempt was not heard of again | while there are messages |
 */

/** In the order in which they were made; see `migrate`. */
export const TOPIC_MIGRATIONS = [
  `CREATE TABLE topic (
     id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL, messages INTEGER NOT NULL, bytes INTEGER NOT NULL
   );
   CREATE TABLE message (
     seq INTEGER PRIMARY KEY AUTOINCREMENT,
     id TEXT NOT NULL,
     key TEXT,
     content_type TEXT,
     metadata TEXT NOT NULL,
     data BLOB NOT NULL,
     bytes INTEGER NOT NULL,
     publisher TEXT NOT NULL,
     request TEXT NOT NULL,
     inbox TEXT,
     published_at INTEGER NOT NULL,
     routed INTEGER NOT NULL
   );
   CREATE INDEX message_unrouted ON message (seq) WHERE routed = 0;
   CREATE TABLE delivery (
     seq INTEGER NOT NULL,
     subscriber TEXT NOT NULL,
     key TEXT,
     kind TEXT NOT NULL,
     at INTEGER,
     attempts INTEGER NOT NULL,
     courier TEXT,
     reason TEXT,
     PRIMARY KEY (seq, subscriber)
   ) WITHOUT ROWID;
   CREATE INDEX delivery_due ON delivery (subscriber, kind, at, seq);
   CREATE INDEX delivery_ending ON delivery (kind, at) WHERE kind IN ('running', 'dead');
   CREATE INDEX delivery_line ON delivery (subscriber, key, seq) WHERE key IS NOT NULL AND kind <> 'dead';
   CREATE TABLE subscriber (name TEXT PRIMARY KEY, paused_until INTEGER NOT NULL, pauses INTEGER NOT NULL);`,
  'ALTER TABLE message ADD COLUMN hops INTEGER NOT NULL DEFAULT 1;',
];
