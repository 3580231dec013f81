// The build lays the library's one file beside ours, so that a page without a bundler finds it by a relative address.
export * from "eventsource-parser";
