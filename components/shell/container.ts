/** 1080 px of content plus its gutters. */
export const containerClass = "mx-auto w-full max-w-282 px-4 sm:px-6";
export const pageClass = `${containerClass} pt-6 pb-20 sm:pt-8 sm:pb-20`;
