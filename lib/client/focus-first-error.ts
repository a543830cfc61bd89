const maximumFrames = 60;

/**
 * Focuses the first invalid field once the error has been rendered. That can take several frames on a busy machine. Gives up
 * after a while, as an error may not belong to any field.
 */
export function focusFirstError(form: HTMLElement | null, frame = 0): void {
  requestAnimationFrame(() => {
    const wrong = form?.querySelector<HTMLElement>('[aria-invalid="true"]');
    if (wrong) wrong.focus();
    else if (form?.isConnected && frame < maximumFrames) focusFirstError(form, frame + 1);
  });
}
