import { criv1 } from '@skiff/contracts';
import type { CriCalls } from './cri-calls';
import { imageFrom } from './cri-mapping';
import type { Image, ImageAuth, ImageService } from './image-service';

const service = criv1.ImageServiceService;

/** The image service of a real runtime. */
export class CriImages implements ImageService {
  constructor(private readonly calls: CriCalls) {}

  async imageStatus(reference: string): Promise<Image | undefined> {
    const image = criv1.ImageSpec.fromPartial({ image: reference });
    const answer = await this.calls.call('image_status', service.imageStatus, { image, verbose: false });
    return answer.image === undefined ? undefined : imageFrom(answer.image);
  }

  async pullImage(
    reference: string,
    auth: ImageAuth | undefined,
    sandboxConfig: criv1.PodSandboxConfig,
  ): Promise<string> {
    const image = criv1.ImageSpec.fromPartial({ image: reference });
    const credential = auth === undefined ? undefined : criv1.AuthConfig.fromPartial({ ...auth });
    const answer = await this.calls.call('pull_image', service.pullImage, { image, auth: credential, sandboxConfig });
    return answer.imageRef;
  }

  async listImages(): Promise<Image[]> {
    const answer = await this.calls.call('list_images', service.listImages, { filter: undefined });
    return answer.images.map(imageFrom);
  }

  async removeImage(reference: string): Promise<void> {
    const image = criv1.ImageSpec.fromPartial({ image: reference });
    await this.calls.call('remove_image', service.removeImage, { image });
  }

  async imageFileSystem(): Promise<{ mountpoint: string; usedBytes: number } | undefined> {
    const answer = await this.calls.call('image_fs_info', service.imageFsInfo, {});
    const first = answer.imageFilesystems[0];
    if (first === undefined) return undefined;
    return { mountpoint: first.fsId?.mountpoint ?? '', usedBytes: Number(first.usedBytes?.value ?? 0n) };
  }
}
