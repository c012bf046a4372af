//! The tool as its users meet it: the program itself, in small projects made for each test, and in
//! this one.

mod bad_input;
mod bad_places;
mod beside;
mod check;
mod fixture;
mod needs;
mod own;
mod pairs;
mod practice;
mod projects;
mod python_steps;
mod record;
mod recordings;
mod scaffold;
mod steps;
mod terminal;
mod tidy;
mod watch;
mod words;
