import { ContainerModule } from 'inversify';
import { DataSource } from 'typeorm';
import { database } from './database.js';
import { SongRepository } from './song-repository.js';

/** What controllers can ask for in their constructors. */
export const models = new ContainerModule(({ bind }) => {
  bind(DataSource).toConstantValue(database);
  bind(SongRepository).toSelf().inSingletonScope();
});
