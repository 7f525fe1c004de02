import { render } from 'rocket-io/client';
import { start } from '#rocket/client';
import { templates } from '#rocket/templates';
import { AppController } from './app.client.js';
import { content, isFormOpen, shownAddress } from './page.js';
import { open } from './routes.js';
import { SongController } from './song.client.js';

render('#app', templates.layout());

const rocket = start({ controllers: { App: AppController, Song: SongController } });

/** Whether somebody asked for a page while there was no connection: the call waits, and its answer is drawn. */
let isPageDue = false;
rocket.on('disconnect', () => {
  isPageDue = false;
});

/** The page is fetched anew, unless somebody is typing: saving tells them whether the song was changed meanwhile. */
function draw(): void {
  if (!isFormOpen() && !isPageDue) {
    void open(rocket, shownAddress() ?? location.hash);
  }
}

// Comes again when the server has forgotten this tab, for instance after a restart.
rocket.on('firstConnect', draw);
// What was missed may have changed the songs on the page. A session that was lost is followed by a `firstConnect`.
rocket.on('gap', ({ reason }) => {
  if (reason !== 'session lost') draw();
});

addEventListener('popstate', () => {
  isPageDue = rocket.state !== 'open';
  void open(rocket, location.hash);
});

document.addEventListener('click', (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (event.defaultPrevented && target?.closest('[data-rocket-call]')) {
    isPageDue = rocket.state !== 'open';
  }
  if (target?.closest('.skip-link')) {
    // The address bar holds the page's address: following the link would replace it.
    event.preventDefault();
    content().focus();
  }
  if (target?.closest('.flash__close')) {
    document.querySelector('#flash')?.replaceChildren();
  }
});
