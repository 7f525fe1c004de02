import { Action, Controller } from 'rocket-io';

abstract class Entity {
  id = '';
  protected version = 1;
}

export class User extends Entity {
  /** As others see it. */
  name = '';
  static count = 0;
  #secret = '';
  private password = '';
  readonly joined = new Date(0);
  get initials(): string {
    return `${this.name[0]}${this.#secret}${this.password}`;
  }
  rename(name: string): void {
    this.name = name;
  }
}

@Controller()
export class UserController {
  @Action()
  me(): User {
    return new User();
  }

  @Action()
  signed(): Omit<User, 'rename'> & { token: string } {
    return { ...new User(), initials: '', token: '' };
  }
}
