// A frame: u32le header length, JSON header, blobs back to back. The header's `blobs` holds their sizes.

export interface Message {
  readonly header: unknown;
  readonly blobs: Uint8Array[];
}

export function encodeFrame(header: object, blobs: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const sizes = blobs.map((blob) => blob.length);
  const text = new TextEncoder().encode(JSON.stringify({ ...header, blobs: sizes }));
  const frame = new Uint8Array(4 + text.length + sizes.reduce((sum, size) => sum + size, 0));
  new DataView(frame.buffer).setUint32(0, text.length, true);
  frame.set(text, 4);
  let at = 4 + text.length;
  for (const blob of blobs) {
    frame.set(blob, at);
    at += blob.length;
  }
  return frame;
}

export function decodeFrame(frame: Uint8Array): Message {
  const length = new DataView(frame.buffer, frame.byteOffset, 4).getUint32(0, true);
  let at = 4 + length;
  const header: { blobs?: number[] } = JSON.parse(new TextDecoder().decode(frame.subarray(4, at)));
  const blobs = (header.blobs ?? []).map((size) => {
    at += size;
    return frame.subarray(at - size, at);
  });
  return { header, blobs };
}
