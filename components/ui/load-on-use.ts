import { type ComponentType, createElement, useEffect, useState } from "react";
import { flushSync } from "react-dom";
import { toast } from "./toast";

/** What a button needs to open something that is loaded on use. */
export type OnUse = {
  preload: () => void;
  /** Props for a button: loads the code on hover and focus. */
  preloads: { onPointerEnter: () => void; onFocus: () => void };
  /**
   * Runs `open` immediately if the code is there, otherwise once it has loaded, unless the person presses anything until then: they
   * have gone on, and what opens late would be in their way. Shows a toast if loading fails.
   */
  whenLoaded: (open: () => void) => void;
};

/**
 * Code that isn't part of a page's first script, such as a dialog. Spread `preloads` on the button that opens it, so that the code
 * is there before the press, and open it in `whenLoaded`.
 */
export function loadOnUse<Module extends object>(importModule: () => Promise<Module>) {
  let module: Module | undefined;

  async function load(): Promise<void> {
    module ??= await importModule();
  }

  // If it fails, `whenLoaded` tries again and reports it.
  const preload = () => void load().catch(() => {});

  return {
    preload,
    preloads: { onPointerEnter: preload, onFocus: preload },
    whenLoaded(open: () => void): void {
      if (module) {
        open();
        return;
      }
      const wentOn = noteNextPress();
      load().then(
        // Rendered at once: a press between opening and a later rendering would be noticed by neither.
        () => wentOn() || flushSync(open),
        () => toast.error("Couldn’t load this part of the page. Check your connection and try again."),
      );
    },
    /** A component of the module. Shows nothing until the code has loaded. */
    component<Name extends keyof Module>(name: Name): Module[Name] {
      // biome-ignore lint/correctness/noComponentHookFactories: called once for each component, when its file is loaded.
      function LoadedOnUse(props: object) {
        const [loaded, setLoaded] = useState(module !== undefined);
        useEffect(() => {
          if (!loaded)
            load().then(
              () => setLoaded(true),
              () => {},
            );
        }, [loaded]);
        return module ? createElement(module[name] as ComponentType<object>, props) : null;
      }
      return LoadedOnUse as Module[Name];
    },
  };
}

/** Listens for the next press of a key or a pointer. @returns Whether there was one; ends listening. */
function noteNextPress(): () => boolean {
  const pressed = new AbortController();
  const { signal } = pressed;
  const abort = () => pressed.abort();
  for (const event of ["keydown", "pointerdown"])
    window.addEventListener(event, abort, { capture: true, signal });
  return () => {
    const { aborted } = signal;
    abort();
    return aborted;
  };
}
