import { RocketError } from 'rocket-io/client';
import type { RocketClient } from '#rocket/client';
import { templates } from '#rocket/templates';
import { showPage } from './page.js';

/** Asks the server for the page of an address: at the start, on Back and Forward, after a lost connection. */
export async function open(rocket: RocketClient, address: string): Promise<void> {
  try {
    await callFor(rocket, address);
  } catch (error) {
    const message = error instanceof RocketError ? error.message : 'Something went wrong.';
    const title = 'This page cannot be shown';
    showPage({ address, title, html: templates.app.problem({ title, message }) });
  }
}

function callFor(rocket: RocketClient, address: string): Promise<void> {
  const [, songId, edit] = /^#\/songs\/(\d+)(\/edit)?$/.exec(address) ?? [];
  if (songId !== undefined) {
    const id = Number(songId);
    return edit === undefined ? rocket.Song.show({ id }) : rocket.Song.edit({ id });
  }
  switch (address) {
    case '#/songs/new':
      return rocket.Song.add();
    case '#/about':
      return rocket.App.about();
    default:
      return rocket.Song.index();
  }
}
