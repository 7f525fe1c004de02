import { Column, Entity, PrimaryGeneratedColumn, Unique, VersionColumn } from 'typeorm';

/** What a person types about a song. */
export interface SongFields {
  title: string;
  artist: string;
  /** When it was written. */
  year: number | null;
}

/** A song as browsers see it. */
export interface SongView extends SongFields {
  id: number;
  /** Rises with every change; whoever saves says which one they started from. */
  version: number;
  /** Where the recording is served from, once there is one. */
  recording: string | null;
}

@Entity()
@Unique(['title', 'artist'])
export class Song implements SongView {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'varchar', length: 120 })
  title!: string;

  @Column({ type: 'varchar', length: 120 })
  artist!: string;

  @Column({ type: 'integer', nullable: true })
  year!: number | null;

  @Column({ type: 'varchar', nullable: true })
  recording!: string | null;

  @VersionColumn()
  version!: number;
}
