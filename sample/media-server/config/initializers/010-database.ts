import type { RocketApp } from 'rocket-io';
import { DataSource } from 'typeorm';
import { SongRepository } from '../../app/models/song-repository.js';

/** Connects, creates the table, and fills an empty library, so that the first page is not empty. */
export default async function connectDatabase(app: RocketApp): Promise<void> {
  const database = app.container.get(DataSource);
  await database.initialize();
  app.http.addHook('onClose', () => database.destroy());

  const songs = app.container.get(SongRepository);
  if ((await songs.count()) === 0) {
    for (const [title, artist, year] of firstSongs) {
      await songs.create({ title, artist, year });
    }
  }
}

/** All in the public domain. */
const firstSongs: readonly [title: string, artist: string, year: number][] = [
  ['Maple Leaf Rag', 'Scott Joplin', 1899],
  ['Clair de lune', 'Claude Debussy', 1905],
  ['St. Louis Blues', 'W. C. Handy', 1914],
  ['Gymnopédie No. 1', 'Erik Satie', 1888],
  ['Vltava', 'Bedřich Smetana', 1874],
  ['Greensleeves', 'Traditional', 1580],
  ['Danse macabre', 'Camille Saint-Saëns', 1874],
  ['Morning Mood', 'Edvard Grieg', 1875],
];
