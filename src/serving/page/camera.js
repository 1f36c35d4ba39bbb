// A photograph from the camera: a window with what it sees, or the phone's own camera where pages may not look through it.
import { Problem } from "./api.js";
import { byId } from "./view.js";

const REASONS = { NotAllowedError: "camera_denied", SecurityError: "camera_denied", NotFoundError: "camera_missing" };
let stream = null;

// Opens the window; `taken` of setUpCamera gets the picture. Throws a Problem when there is no camera to use.
export async function openCamera() {
  if (!navigator.mediaDevices?.getUserMedia) {
    byId("capture").click();
    return;
  }
  try {
    const wanted = { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } };
    stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
  } catch (error) {
    throw new Problem(REASONS[error.name] ?? "camera_busy");
  }
  byId("video").srcObject = stream;
  byId("viewfinder").showModal();
  await byId("video").play().catch(() => {});
  byId("shoot").focus();
}

export function setUpCamera(taken) {
  const dialog = byId("viewfinder"), video = byId("video");
  dialog.addEventListener("close", () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = video.srcObject = null;
  });
  byId("viewfinder-close").addEventListener("click", () => dialog.close());
  byId("shoot").addEventListener("click", () => {
    if (!video.videoWidth) return;
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d").drawImage(video, 0, 0);
    canvas.toBlob((blob) => {
      dialog.close();
      taken(new File([blob], "camera.jpg", { type: "image/jpeg" }));
    }, "image/jpeg", 0.92);
  });
}
