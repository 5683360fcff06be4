import type { Image, ImageService } from './image-service';
import { RuntimeError } from './runtime-error';

/** Images in memory: all there are can be pulled at once. */
export class SimulatedImages implements ImageService {
  private readonly images = new Map<string, Image>();

  constructor(
    /** Whether there is an image; by default there is any. */
    private readonly exists: (reference: string) => boolean = () => true,
  ) {}

  async imageStatus(reference: string): Promise<Image | undefined> {
    return this.images.get(reference);
  }

  async pullImage(reference: string): Promise<string> {
    if (!this.exists(reference))
      throw new RuntimeError('NotFound', `failed to pull and unpack image "${reference}": not found`);
    const image: Image = { id: reference, tags: [reference], digests: [], size: 1, username: '', pinned: false };
    this.images.set(reference, image);
    return reference;
  }

  async listImages(): Promise<Image[]> {
    return [...this.images.values()];
  }

  async removeImage(reference: string): Promise<void> {
    this.images.delete(reference);
  }

  async imageFileSystem(): Promise<undefined> {
    return undefined;
  }
}
