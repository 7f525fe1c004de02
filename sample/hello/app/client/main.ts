import { render } from 'rocket-io/client';
import type { Args } from '#rocket/client';
import { HelloClientController, start } from '#rocket/client';
import { templates } from '#rocket/templates';

class HelloController extends HelloClientController {
  greeting(args: Args<'Hello.greeting'>): void {
    render('#greeting', templates.hello.greeting(args));
  }
}

start({ controllers: { Hello: HelloController } });
