import { Kinds, type admissionregistrationv1 } from '@skiff/contracts';
import type { Follow, Follower } from '@skiff/api-server/admission';
import { compileHook } from './compile';
import type { Hook, WebhookType } from './hook';

type Configuration =
  admissionregistrationv1.MutatingWebhookConfiguration | admissionregistrationv1.ValidatingWebhookConfiguration;

/** The webhooks of all configurations of one type, by the name of the configuration, then in its order. */
export abstract class Configurations {
  abstract readonly type: WebhookType;
  private readonly known = new Map<string, readonly Hook[]>();
  private sorted: readonly Hook[] = [];

  /** @param changed is called when there are other webhooks than before. */
  constructor(private readonly changed: () => void) {}

  get hooks(): readonly Hook[] {
    return this.sorted;
  }

  abstract follow(follow: Follow): void;

  protected readonly follower: Follower<Configuration> = {
    set: ({ metadata, webhooks }) => {
      const name = metadata?.name ?? '';
      this.known.set(
        name,
        (webhooks ?? []).map((webhook) => compileHook(name, webhook)),
      );
      this.sort();
    },
    remove: ({ metadata }) => {
      this.known.delete(metadata?.name ?? '');
      this.sort();
    },
  };

  private sort(): void {
    const names = [...this.known.keys()].sort();
    this.sorted = names.flatMap((name) => this.known.get(name) ?? []);
    this.changed();
  }
}

export class MutatingConfigurations extends Configurations {
  readonly type = 'mutating';

  follow(follow: Follow): void {
    follow(Kinds.MutatingWebhookConfiguration, this.follower);
  }
}

export class ValidatingConfigurations extends Configurations {
  readonly type = 'validating';

  follow(follow: Follow): void {
    follow(Kinds.ValidatingWebhookConfiguration, this.follower);
  }
}
