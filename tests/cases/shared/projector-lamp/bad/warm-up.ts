export async function warmUp(picture: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, picture.length));
}
