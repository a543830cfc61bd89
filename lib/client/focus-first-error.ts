const mostFrames = 60;

/**
 * Takes the focus to the first field that is marked wrong, once what was just set is drawn. On a busy machine that is not
 * by the next frame; an error that belongs to no field never marks one, so the waiting ends.
 */
export function focusFirstError(form: HTMLElement | null, frame = 0): void {
  requestAnimationFrame(() => {
    const wrong = form?.querySelector<HTMLElement>('[aria-invalid="true"]');
    if (wrong) wrong.focus();
    else if (form?.isConnected && frame < mostFrames) focusFirstError(form, frame + 1);
  });
}
