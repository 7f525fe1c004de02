import { injectable } from 'inversify';
import { DataSource, QueryFailedError } from 'typeorm';
import type { SongFields } from './song.js';
import { Song } from './song.js';

/**
 * The songs in the database. `insert`, `update` and `delete` are one statement each: two people
 * who act at the same moment need no lock and cannot interleave.
 */
@injectable()
export class SongRepository {
  constructor(private readonly database: DataSource) {}

  private get table() {
    return this.database.getRepository(Song);
  }

  all(): Promise<Song[]> {
    return this.table.find({ order: { title: 'ASC', artist: 'ASC' } });
  }

  find(id: number): Promise<Song | null> {
    return this.table.findOneBy({ id });
  }

  count(): Promise<number> {
    return this.table.count();
  }

  /** @returns the new song, or `'taken'` when that artist has a song of that title already */
  async create(fields: SongFields): Promise<Song | 'taken'> {
    const song = this.table.create({ ...fields, recording: null });
    const inserted = await unlessTaken(this.table.insert(song));
    return inserted === 'taken' ? 'taken' : song;
  }

  /**
   * Saves over the version that the writer had seen, and over no other.
   *
   * @returns the song as it is now, `'taken'` as in `create`, or `'changed'` when that version is gone
   */
  async update(id: number, version: number, fields: SongFields): Promise<Song | 'taken' | 'changed'> {
    const updated = await unlessTaken(this.table.update({ id, version }, fields));
    if (updated === 'taken') {
      return 'taken';
    }
    const song = updated.affected === 1 ? await this.find(id) : null;
    return song ?? 'changed';
  }

  /** @returns whether there was one to delete */
  async delete(id: number): Promise<boolean> {
    const { affected } = await this.table.delete({ id });
    return affected === 1;
  }
}

/**
 * The database alone knows whether a title is taken: asking first and saving then would let two
 * people save the same song in between.
 */
async function unlessTaken<Result>(statement: Promise<Result>): Promise<Result | 'taken'> {
  try {
    return await statement;
  } catch (error) {
    if (error instanceof QueryFailedError && uniqueViolations.includes(codeOf(error.driverError))) {
      return 'taken';
    }
    throw error;
  }
}

/** What PostgreSQL and SQLite call it. */
const uniqueViolations = ['23505', 'SQLITE_CONSTRAINT_UNIQUE'];

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : '';
}
