using Starling.Fuzz;

return FuzzCommand.Build().Parse(args).Invoke();
