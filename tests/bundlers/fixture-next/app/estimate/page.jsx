"use client";
import "../../estimate.js";

export default function Page() {
  return "Estimates alone";
}
