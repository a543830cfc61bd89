/** Where a picture is served. It names the version, so that a browser may keep what it got. */
export function picturePath(userId: string, picture: { version: string } | null): string | null {
  return picture && `/api/users/${userId}/picture?v=${picture.version}`;
}
