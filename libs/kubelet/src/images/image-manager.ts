import type { corev1, criv1 } from '@skiff/contracts';
import type { Clock } from '@skiff/platform';
import { containerEvent, type EventSink } from '../events';
import { BackOff } from '../pod-model/backoff';
import { podUid, type SpecContainer } from '../pod-model/pod';
import { StartError } from '../pod-model/start-error';
import type { Image, ImageService } from '../runtime/image-service';
import { imageCredentials } from './credentials';
import { withDefaultTag } from './reference';

/** How long an image that was there is taken to be there, so that many pods of one image ask once. */
const trustMilliseconds = 2_000;

export interface ImageManagerOptions {
  readonly images: ImageService;
  readonly events: EventSink;
  readonly clock: Clock;
}

export interface ReadyImage {
  /** What to hand to the runtime. */
  readonly reference: string;
  readonly image: Image | undefined;
}

/** Sees to it that the image of a container is there, by its pull policy. */
export class ImageManager {
  private readonly backOff = new BackOff(10_000, 300_000);
  private readonly lastError = new Map<string, string>();
  private readonly used = new Map<string, number>();
  private readonly seen = new Map<string, { readonly image: Image; readonly at: number }>();

  constructor(private readonly options: ImageManagerOptions) {}

  /** When an image was last asked for, by id; for garbage collection. */
  lastUsed(id: string): number {
    return this.used.get(id) ?? 0;
  }

  /** Milliseconds until the next attempt to pull for this container. */
  retryAfter(pod: corev1.Pod, spec: SpecContainer): number {
    return this.backOff.remainingSinceUpdate(key(pod, spec), this.options.clock.now());
  }

  forget(uid: string): void {
    this.backOff.forgetPrefix(`${uid}_`);
    for (const entry of this.lastError.keys()) if (entry.startsWith(`${uid}_`)) this.lastError.delete(entry);
  }

  /** Throws a StartError with upstream's reasons: ErrImagePull, ImagePullBackOff and so on. */
  async ensure(
    pod: corev1.Pod,
    spec: SpecContainer,
    secrets: readonly corev1.Secret[],
    sandbox: criv1.PodSandboxConfig,
  ): Promise<ReadyImage> {
    const { events, images } = this.options;
    const name = spec.container.image ?? '';
    const tell = (type: 'Normal' | 'Warning', reason: string, message: string): void =>
      containerEvent(events, { pod, spec }, type, reason, message);
    let reference: string;
    try {
      reference = withDefaultTag(name);
    } catch (error) {
      const cause = (error as Error).message;
      const message = `Failed to apply default image tag "${name}": couldn't parse image reference "${name}": ${cause}`;
      tell('Warning', 'InspectFailed', message);
      throw new StartError('InvalidImageName', message);
    }

    const present = await this.inspect(reference, name, tell);
    const policy = spec.container.imagePullPolicy ?? (reference.endsWith(':latest') ? 'Always' : 'IfNotPresent');
    if (present !== undefined && policy !== 'Always') {
      tell('Normal', 'Pulled', `Container image "${name}" already present on machine and can be accessed by the pod`);
      return this.ready(present);
    }
    if (policy === 'Never') {
      const message = `Container image "${name}" is not present with pull policy of Never`;
      tell('Warning', 'ErrImageNeverPull', message);
      throw new StartError('ErrImageNeverPull', message);
    }
    if (this.retryAfter(pod, spec) > 0) {
      const message = `Back-off pulling image "${name}"`;
      tell('Normal', 'BackOff', message);
      const last = this.lastError.get(key(pod, spec));
      throw new StartError('ImagePullBackOff', last === undefined ? message : `${message}: ErrImagePull: ${last}`);
    }
    tell('Normal', 'Pulling', `Pulling image "${name}"`);
    const started = this.options.clock.monotonic();
    try {
      await this.pull(reference, secrets, sandbox);
    } catch (error) {
      const message = (error as Error).message;
      tell('Warning', 'Failed', `Failed to pull image "${name}": ${message}`);
      const now = this.options.clock.now();
      this.backOff.next(key(pod, spec), now, now);
      this.lastError.set(key(pod, spec), message);
      throw new StartError('ErrImagePull', message, { cause: error });
    }
    const image = await images.imageStatus(reference);
    const took = formatElapsed(this.options.clock.monotonic() - started);
    tell(
      'Normal',
      'Pulled',
      `Successfully pulled image "${name}" in ${took} (${took} including waiting). Image size: ${image?.size ?? 0} bytes.`,
    );
    return image === undefined ? { reference, image } : this.ready(image);
  }

  private ready(image: Image): ReadyImage {
    this.used.set(image.id, this.options.clock.now());
    return { reference: image.id, image };
  }

  private async inspect(
    reference: string,
    name: string,
    tell: (type: 'Warning', reason: string, message: string) => void,
  ): Promise<Image | undefined> {
    const { clock, images } = this.options;
    const seen = this.seen.get(reference);
    if (seen !== undefined && clock.monotonic() - seen.at < trustMilliseconds) return seen.image;
    try {
      const image = await images.imageStatus(reference);
      if (image === undefined) this.seen.delete(reference);
      else this.seen.set(reference, { image, at: clock.monotonic() });
      return image;
    } catch (error) {
      const message = `Failed to inspect image "${name}": ${(error as Error).message}`;
      tell('Warning', 'InspectFailed', message);
      throw new StartError('ImageInspectError', message, { cause: error });
    }
  }

  private async pull(
    reference: string,
    secrets: readonly corev1.Secret[],
    sandbox: criv1.PodSandboxConfig,
  ): Promise<void> {
    const credentials = imageCredentials(reference, secrets);
    let failure: unknown;
    for (const auth of credentials.length === 0 ? [undefined] : credentials) {
      try {
        await this.options.images.pullImage(reference, auth, sandbox);
        return;
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }
}

function key(pod: corev1.Pod, spec: SpecContainer): string {
  return `${podUid(pod)}_${spec.container.image ?? ''}`;
}

/** As Go prints a duration that is rounded to milliseconds. */
function formatElapsed(milliseconds: number): string {
  const rounded = Math.round(milliseconds);
  if (rounded < 1000) return `${rounded}ms`;
  const seconds = rounded / 1000;
  return seconds < 60
    ? `${seconds}s`
    : `${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(3).replace(/\.?0+$/, '')}s`;
}
