// What stands at the end of a post, in one file: loaded when a reader comes near.
export { default as Comments } from './Comments.svelte';
export { default as Tools } from './PostTools.svelte';
