import { render } from 'rocket-io/client';
import type { Args, RocketClient } from '#rocket/client';
import { AppClientController } from '#rocket/client';
import { templates } from '#rocket/templates';
import { showPage } from './page.js';

const readingTime = 8_000;

/** The page as a whole: its messages, and whether it is connected. */
export class AppController extends AppClientController {
  private hiding: ReturnType<typeof setTimeout> | undefined;

  constructor(rocket: RocketClient) {
    super(rocket);
    rocket.on('connect', () => showConnection('live', 'Live'));
    rocket.on('disconnect', ({ reconnecting }) => {
      showConnection('lost', reconnecting ? 'Reconnecting…' : 'Disconnected');
    });
    rocket.on('outdated', () =>
      this.showMessage({ title: 'There is a new version.', msg: 'Reload the page.' }),
    );
    rocket.on('error', ({ message }) => this.showMessage({ title: 'Not done.', msg: message }));
  }

  about(args: Args<'App.about'>): void {
    showPage({ address: '#/about', title: 'About', html: templates.app.about(args) });
  }

  showMessage(args: Args<'App.showMessage'>): void {
    render('#flash', templates.app.showMessage(args));
    this.hideLater();
  }

  /** Not while somebody is pointing at it. */
  private hideLater(): void {
    clearTimeout(this.hiding);
    this.hiding = setTimeout(() => {
      const flash = document.querySelector('#flash');
      if (flash?.matches(':hover, :focus-within')) {
        this.hideLater();
      } else {
        flash?.replaceChildren();
      }
    }, readingTime);
  }
}

function showConnection(state: 'live' | 'lost', text: string): void {
  document.documentElement.dataset.connection = state;
  document.querySelector('#connection')?.replaceChildren(text);
}
