import { h, render } from 'preact';
import { App } from './app.ts';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id "root"');
render(h(App, {}), root);
