import { useEffect, useRef } from "preact/hooks";

/**
 * A modal dialog that is open while `isOpen`; closing it in any way (Escape, a form) calls `onClose`. `onOpen` may move the
 * focus, which the dialog otherwise gives to the first that takes it.
 */
export function useDialog(isOpen: boolean, onClose: () => void, onOpen?: () => void) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    if (dialog === null || dialog.open === isOpen) return;
    if (!isOpen) return dialog.close();
    dialog.showModal();
    onOpen?.();
  }, [isOpen]);
  useEffect(() => {
    const dialog = ref.current;
    dialog?.addEventListener("close", onClose);
    return () => dialog?.removeEventListener("close", onClose);
  }, [onClose]);
  return ref;
}
