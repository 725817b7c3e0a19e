import { AwsClient } from "aws4fetch";

export const r2 = initializeR2();

function initializeR2() {
  if (!process.env.OBJECT_STORE_ACCESS_KEY_ID || !process.env.OBJECT_STORE_SECRET_ACCESS_KEY) {
    return;
  }

  return new AwsClient({
    accessKeyId: process.env.OBJECT_STORE_ACCESS_KEY_ID,
    secretAccessKey: process.env.OBJECT_STORE_SECRET_ACCESS_KEY,
  });
}

export async function uploadToObjectStore(filename: string, data: string, contentType: string, environment: { slug: string }): Promise<string> {
  if (!r2) {
    throw new Error("Object store credentials are not set");
  }

  const url = new URL(process.env.OBJECT_STORE_BASE_URL ?? "");
  url.pathname = `/packets/${environment.slug}/${filename}`;

  const response = await r2.fetch(url.toString(), {
    method: "PUT",
    headers: {
      "Content-Type": contentType,
    },
    body: data,
  });

  if (!response.ok) {
    throw new Error(`Failed to upload output to ${url}: ${response.statusText}`);
  }

  return url.href;
}
