import { FormErrors } from 'rocket-io';
import type { SongFields } from './song.js';

const longest = 120;
const years = { first: 1000, last: 2100 };

/**
 * Trims what was typed and checks it.
 *
 * @throws FormErrors naming every field that is wrong, so that the form shows all of it at once
 */
export function checkedSongFields({ title, artist, year }: SongFields): SongFields {
  const errors = {
    ...nameErrors('song.title', title.trim(), 'Give the song a title'),
    ...nameErrors('song.artist', artist.trim(), 'Say who wrote or plays it'),
    ...yearErrors(year),
  };
  if (Object.keys(errors).length > 0) {
    throw new FormErrors(errors);
  }
  return { title: title.trim(), artist: artist.trim(), year };
}

/** The same song twice: one sentence beside the title. */
export function alreadyInLibrary({ title, artist }: SongFields): FormErrors {
  return new FormErrors({ 'song.title': [`“${title}” by ${artist} is already in the library`] });
}

function nameErrors(field: string, text: string, whenEmpty: string): Record<string, string[]> {
  if (text === '') {
    return { [field]: [whenEmpty] };
  }
  const excess = text.length - longest;
  return excess > 0 ? { [field]: [`Is ${excess} too long: at most ${longest} characters fit`] } : {};
}

function yearErrors(year: number | null): Record<string, string[]> {
  if (year === null || (Number.isInteger(year) && year >= years.first && year <= years.last)) {
    return {};
  }
  return { 'song.year': [`Give a year from ${years.first} to ${years.last}, or leave it empty`] };
}
