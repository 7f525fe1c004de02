import { resolve } from 'node:path';
import libsql from 'libsql';
import type { DataSourceOptions } from 'typeorm';
import { DataSource } from 'typeorm';
import { Song } from './song.js';

/** What the About page calls the database. */
export const databaseName = process.env.DATABASE_URL === undefined ? 'SQLite' : 'PostgreSQL';

/** Connects nowhere yet: `config/initializers/010-database.ts` does. */
export const database = new DataSource({ ...place(), entities: [Song], synchronize: true });

/** PostgreSQL where `DATABASE_URL` says so, else a file in this project, which needs no installation. */
function place(): DataSourceOptions {
  const { DATABASE_URL, DATABASE_FILE = 'data/media-server.sqlite' } = process.env;
  if (DATABASE_URL !== undefined) {
    return { type: 'postgres', url: DATABASE_URL };
  }
  // libsql speaks better-sqlite3's interface and comes ready built.
  return { type: 'better-sqlite3', driver: libsql, database: resolve(DATABASE_FILE) };
}
