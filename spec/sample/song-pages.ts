import type { Locator, Page } from 'playwright-core';

/** The media server's pages as a person knows them: by what they read and press. */
export class SongPages {
  constructor(readonly page: Page) {}

  heading(name: string): Locator {
    return this.page.getByRole('heading', { level: 1, name, exact: true });
  }

  link(name: string): Locator {
    return this.page.getByRole('link', { name, exact: true });
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  field(label: string): Locator {
    return this.page.getByRole('textbox', { name: label, exact: true });
  }

  /** What the app announces: the last flash message. */
  get flash(): Locator {
    return this.page.locator('#flash');
  }

  /** All titles of the open list, in its order. */
  titles(): Promise<string[]> {
    return this.page.locator('.card__title').allTextContents();
  }

  async see(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor();
  }

  async openList(): Promise<void> {
    await this.link('Songs').click();
    await this.heading('Songs').waitFor();
  }

  async openSong(title: string): Promise<void> {
    await this.link(title).click();
    await this.heading(title).waitFor();
  }

  async openForm(title: string): Promise<void> {
    await this.openSong(title);
    await this.link('Edit').click();
    await this.heading('Edit song').waitFor();
  }

  /** From the list to the new song's page. */
  async add(title: string, artist: string, year = ''): Promise<void> {
    await this.link('Add a song').click();
    await this.field('Title').fill(title);
    await this.field('Artist').fill(artist);
    await this.field('Year (optional)').fill(year);
    await this.button('Save').click();
    await this.heading(title).waitFor();
  }

  /** From the song's page to the list. */
  async delete(): Promise<void> {
    await this.button('Delete…').click();
    await this.button('Delete for everyone').click();
    await this.heading('Songs').waitFor();
  }
}
