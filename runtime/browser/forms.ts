import { RocketError } from '../../src/errors.js';
import type { ClientPart, ClientRuntime } from '../client/client-runtime.js';
import { clearErrors, clearFieldError, showErrors } from './form-errors.js';
import { formValues } from './form-values.js';
import { Submission } from './submission.js';
import { isField } from './typed-fields.js';

/**
 * Takes over forms whose `action` names a server action: their values are sent as a call, and what the
 * server finds wrong is shown beside the fields. The listeners stand on the document, so forms that are
 * rendered later work as well.
 */
export class Forms implements ClientPart {
  private readonly inFlight = new Set<HTMLFormElement>();

  constructor(
    private readonly runtime: ClientRuntime,
    private readonly page: Document,
  ) {}

  start(): void {
    this.page.addEventListener('submit', this.submitted);
    this.page.addEventListener('input', this.changed);
    this.page.addEventListener('reset', this.wasReset);
  }

  stop(): void {
    this.page.removeEventListener('submit', this.submitted);
    this.page.removeEventListener('input', this.changed);
    this.page.removeEventListener('reset', this.wasReset);
  }

  private readonly submitted = (event: SubmitEvent): void => {
    const { target: form, submitter } = event;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement)) return;
    // The attribute, since a field named `action` hides the form's property.
    const action = submitter?.getAttribute('formaction') ?? form.getAttribute('action') ?? '';
    if (!this.runtime.hasAction(action)) {
      this.refuseMisspelt(event, action);
      return;
    }
    event.preventDefault();
    if (this.inFlight.has(form)) return;
    // The browser has checked a form that a person sends, but not an event that a script makes.
    const isUnchecked = form.noValidate || submitter?.hasAttribute('formnovalidate');
    if (isUnchecked || form.reportValidity()) void this.send(form, action, formValues(form, submitter));
  };

  /** A form for any other address is the browser's; one for `Song.creat` would leave the page for nothing. */
  private refuseMisspelt(event: SubmitEvent, action: string): void {
    const [, controller] = /^(\w+)\.\w+$/.exec(action) ?? [];
    if (controller === undefined || !this.runtime.hasController(controller)) return;
    event.preventDefault();
    this.runtime.fail(new RocketError('unknown_action', `No action "${action}", which a form calls`));
  }

  private async send(form: HTMLFormElement, action: string, values: Record<string, unknown>): Promise<void> {
    clearErrors(form);
    this.inFlight.add(form);
    const submission = new Submission(form);
    try {
      await this.runtime.call(action, values, { form: true });
      submission.end();
    } catch (error) {
      submission.restore();
      submission.end();
      this.failed(form, error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.inFlight.delete(form);
    }
  }

  private failed(form: HTMLFormElement, error: Error): void {
    if (!form.isConnected) this.runtime.fail(error);
    else showErrors(form, error.message, error instanceof RocketError ? error.issues : []);
  }

  private readonly changed = ({ target }: Event): void => {
    if (isField(target) && target.form !== null) clearFieldError(target.form, target);
  };

  private readonly wasReset = ({ target }: Event): void => {
    if (target instanceof HTMLFormElement && this.runtime.hasAction(target.getAttribute('action') ?? '')) {
      clearErrors(target);
    }
  };
}
